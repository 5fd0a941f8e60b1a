//! The struct as the user wrote it. Borrows syn's tree and keeps its spans.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Data, DeriveInput, Fields, GenericParam, Generics, Ident, Type, Visibility};

use crate::mistakes::Mistakes;

/// The item that has the derive.
pub(crate) struct Input<'a> {
    pub(crate) attrs: &'a [Attribute],
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    /// Also empty if the item is not a struct with named fields.
    pub(crate) fields: Vec<Field<'a>>,
}

/// A named field.
#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    pub(crate) attrs: &'a [Attribute],
    pub(crate) vis: &'a Visibility,
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
}

impl<'a> Input<'a> {
    pub(crate) fn new(input: &'a DeriveInput, mistakes: &mut Mistakes) -> Self {
        for param in &input.generics.params {
            if let GenericParam::Lifetime(param) = param {
                let message = format!(
                    "a session must own its data and can't borrow for `{}`; \
                     use owned types, such as `String` for `&str`",
                    param.lifetime
                );
                mistakes.at(param.lifetime.span(), message);
            }
        }
        Self {
            attrs: &input.attrs,
            ident: &input.ident,
            generics: &input.generics,
            fields: named_fields(input, mistakes),
        }
    }

    /// Tells whether the struct contains something deprecated, or allows it.
    pub(crate) fn mentions_deprecated(&self) -> bool {
        let mut attrs = self.attrs.iter().chain(self.fields.iter().flat_map(|field| field.attrs));
        attrs.any(mentions_deprecated)
    }
}

/// Tells whether an attribute marks something as deprecated, or allows the use of something deprecated.
pub(crate) fn mentions_deprecated(attr: &Attribute) -> bool {
    let names_it = |tokens: &TokenStream| {
        tokens
            .clone()
            .into_iter()
            .any(|token| matches!(token, TokenTree::Ident(ident) if ident == "deprecated"))
    };
    let is_about_lints = || attr.path().is_ident("allow") || attr.path().is_ident("expect");
    attr.path().is_ident("deprecated")
        || is_about_lints() && attr.meta.require_list().is_ok_and(|list| names_it(&list.tokens))
}

fn named_fields<'a>(input: &'a DeriveInput, mistakes: &mut Mistakes) -> Vec<Field<'a>> {
    let name = &input.ident;
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return fields.named.iter().filter_map(named).collect(),
            Fields::Unnamed(fields) => {
                mistakes.on(
                    fields,
                    format!(
                        "a session needs named fields, because their names become the JSON member names; \
                         write `struct {name} {{ first: …, second: … }}`"
                    ),
                );
            }
            Fields::Unit => {
                mistakes.at(
                    name.span(),
                    format!("a session needs named fields; write `struct {name} {{}}` if it has no fields"),
                );
            }
        },
        Data::Enum(data) => {
            mistakes.at(
                data.enum_token.span,
                format!(
                    "a session must be a struct with named fields; put the enum in a field, \
                     as in `struct AppSession {{ state: Option<{name}> }}`"
                ),
            );
        }
        Data::Union(data) => {
            mistakes.at(
                data.union_token.span,
                "a session must be a struct with named fields, and a union has no JSON form; \
                 use a struct with a field that holds an enum",
            );
        }
    }
    Vec::new()
}

fn named(field: &syn::Field) -> Option<Field<'_>> {
    let ident = field.ident.as_ref()?;
    Some(Field { attrs: &field.attrs, vis: &field.vis, ident, ty: &field.ty })
}
