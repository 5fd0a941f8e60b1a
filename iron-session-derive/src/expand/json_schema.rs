//! `impl HasJsonSchema`: describes each member for the JSON Schema of the payload.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, ExprPath, Type};

use super::docs;
use crate::model::{Field, Model, Value, Wire};
use crate::span::at;
use crate::spelling::Runtime;

/// ```text
/// impl<T> HasJsonSchema for AppSession<T> where … {
///     fn describe(payload: &mut PayloadSchema) {
///         payload.describe("A visitor.");
///         <member>…
///     }
/// }
/// ```
///
/// Writes nothing unless the struct has `json_schema`.
pub(super) fn json_schema(model: &Model<'_>) -> Option<TokenStream> {
    let p = model.head.private();
    let ident = model.head.ident;
    let (impl_generics, ty_generics, where_clause) = model.head.generics.split_for_impl();
    let docs = text(model.json_schema?).map(|text| quote!(__payload.describe(#text);));
    let members = model
        .fields
        .iter()
        .filter_map(|field| Some(member(field, field.kind.wire()?, model.head.runtime(), &p)));
    let allow = model.head.allow();
    Some(quote! {
        #[automatically_derived]
        #allow
        impl #impl_generics #p::HasJsonSchema for #ident #ty_generics #where_clause {
            fn describe(__payload: &mut #p::PayloadSchema) {
                #docs
                #(#members)*
            }
        }
    })
}

/// ```text
/// payload.add(FieldSchema::new::<Self>(0).with_docs("…").flash().expiring(), <Notice as Described>::described);
/// ```
///
/// A field with unknown `with` functions is `FieldSchema::anything`.
fn member(field: &Field<'_>, wire: &Wire<'_>, runtime: Runtime<'_>, p: &TokenStream) -> TokenStream {
    let index = field.index;
    let docs = text(field.attrs).map(|text| quote!(.with_docs(#text)));
    let flash = wire.flash.then(|| quote!(.flash()));
    let expiring = wire.value.ends().then(|| quote!(.expiring()));
    let schema = match &wire.with {
        None => of_type(written(field, wire), p),
        Some(path) if writes_text(path, runtime) => quote!(<#p::str as #p::Described>::described),
        Some(_) => quote!(#p::anything),
    };
    quote! {
        __payload.add(#p::FieldSchema::new::<Self>(#index) #docs #flash #expiring, #schema);
    }
}

/// The error about a missing `JsonSchema` points to the type.
fn of_type(ty: &Type, p: &TokenStream) -> TokenStream {
    at(ty, quote!(<#ty as #p::Described>::described))
}

/// The type whose JSON the member's value is: `None` is left out.
fn written<'a>(field: &Field<'a>, wire: &Wire<'a>) -> &'a Type {
    match &wire.value {
        Value::Optional { inner, .. } | Value::Expiring { inner, .. } => inner,
        Value::Plain { .. } | Value::Queue { .. } | Value::Token | Value::LocalPath => field.ty,
    }
}

/// Tells whether the functions are the runtime's own that write text.
fn writes_text(path: &ExprPath, runtime: Runtime<'_>) -> bool {
    let mut names = path.path.segments.iter().rev().map(|segment| &segment.ident);
    names.next().is_some_and(|name| name == "text")
        && names.next().is_some_and(|name| name == "with")
        && names.next().is_some_and(|name| runtime.is(name))
}

fn text(attrs: &[Attribute]) -> Option<String> {
    let lines = docs::own_lines(attrs);
    let paragraph: Vec<_> = lines.into_iter().take_while(|line| !line.is_empty()).collect();
    (!paragraph.is_empty()).then(|| paragraph.join(" "))
}
