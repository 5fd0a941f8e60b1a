//! The JSON form in which serde writes a type's fields and variants.

use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Fields, Type};

use super::serde;
use crate::attr::bounds_of_field;
use crate::case::Case;
use crate::mistakes::Mistakes;
use crate::model::{Bounds, check_length};
use crate::shape::is_phantom;
use crate::spelling::Runtime;

/// The JSON form of a value of a type or variant.
pub(super) enum Form<'a> {
    /// `null`
    Null,
    /// `"name"`
    Text(String),
    /// The value of the only field.
    Value(Value<'a>),
    /// `[…]`
    Array(Vec<Value<'a>>),
    /// `{…}`
    Object(Vec<Member<'a>>),
    /// One of these.
    Choice(Vec<Form<'a>>),
}

/// A member's name and form.
pub(super) struct Member<'a> {
    pub(super) name: String,
    pub(super) form: Form<'a>,
}

/// A value of another type.
pub(super) struct Value<'a> {
    pub(super) ty: &'a Type,
    pub(super) bounds: Bounds,
    /// Whether custom functions write it, so that only the bounds limit its size.
    pub(super) with: bool,
    /// Whether its members are written next to an enum's tag.
    pub(super) inline: bool,
}

/// Lists the attributes of a type and of its variants and fields.
pub(super) fn attributes(input: &DeriveInput) -> impl Iterator<Item = &Attribute> {
    let variants: Vec<&syn::Variant> = match &input.data {
        Data::Enum(data) => data.variants.iter().collect(),
        Data::Struct(_) | Data::Union(_) => Vec::new(),
    };
    let fields: Vec<&syn::Field> = match &input.data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Enum(data) => data.variants.iter().flat_map(|variant| &variant.fields).collect(),
        Data::Union(_) => Vec::new(),
    };
    let of_variants = variants.into_iter().flat_map(|variant| &variant.attrs);
    input.attrs.iter().chain(of_variants).chain(fields.into_iter().flat_map(|field| &field.attrs))
}

impl<'a> Form<'a> {
    /// Determines how a type is written.
    pub(super) fn from_input(
        input: &'a DeriveInput,
        attrs: &'a serde::Container,
        runtime: Runtime<'_>,
        mistakes: &mut Mistakes,
    ) -> Self {
        let name = || attrs.rename.clone().unwrap_or_else(|| input.ident.unraw().to_string());
        let form = match &input.data {
            Data::Struct(data) => {
                let form = of_fields(&data.fields, attrs.rename_all, attrs.transparent, runtime, mistakes);
                match (form, &attrs.tag) {
                    (Self::Object(members), Some(tag)) => Self::Object(tagged(tag, name(), members)),
                    (form, _) => form,
                }
            }
            Data::Enum(data) => {
                let variants = data.variants.iter();
                Self::Choice(
                    variants.filter_map(|variant| of_variant(variant, attrs, runtime, mistakes)).collect(),
                )
            }
            Data::Union(data) => {
                mistakes.at(
                    data.union_token.span,
                    "`MaxSize` can't be derived for a union, which has no JSON form; use an enum",
                );
                Self::Null
            }
        };
        match &attrs.into {
            Some(ty) => Self::Value(Value { ty, bounds: Bounds::default(), with: false, inline: false }),
            None => form,
        }
    }

    /// Returns the values of other types.
    pub(super) fn values(&self) -> Box<dyn Iterator<Item = &Value<'a>> + '_> {
        match self {
            Self::Null | Self::Text(_) => Box::new(std::iter::empty()),
            Self::Value(value) => Box::new(std::iter::once(value)),
            Self::Array(values) => Box::new(values.iter()),
            Self::Object(members) => Box::new(members.iter().flat_map(|member| member.form.values())),
            Self::Choice(forms) => Box::new(forms.iter().flat_map(Self::values)),
        }
    }
}

/// `{"tag":"name",…}`
fn tagged<'a>(tag: &str, name: String, members: Vec<Member<'a>>) -> Vec<Member<'a>> {
    let tag = Member { name: tag.to_owned(), form: Form::Text(name) };
    std::iter::once(tag).chain(members).collect()
}

/// Returns `None` if the variant is never written.
fn of_variant<'a>(
    variant: &'a syn::Variant,
    container: &serde::Container,
    runtime: Runtime<'_>,
    mistakes: &mut Mistakes,
) -> Option<Form<'a>> {
    let attrs = serde::Variant::parse(&variant.attrs);
    if attrs.skip {
        return None;
    }
    if let Some(with) = attrs.with {
        mistakes.at(
            with,
            "the largest size of a variant with custom serialization is unknown; \
             move the attribute to the variant's field and add `#[session(max_bytes = …)]` there",
        );
    }
    let ident = variant.ident.unraw().to_string();
    let renamed = || container.rename_all.map_or_else(|| ident.clone(), |case| case.apply_to_variant(&ident));
    let name = attrs.rename.unwrap_or_else(renamed);
    let fields_case = attrs.rename_all.or(container.rename_all_fields);
    let content = match of_fields(&variant.fields, fields_case, false, runtime, mistakes) {
        // Serde writes a variant whose only field is skipped like a variant without fields.
        Form::Array(values) if values.is_empty() && variant.fields.len() == 1 => Form::Null,
        content => content,
    };
    Some(match (&container.tag, &container.content) {
        _ if container.untagged || attrs.untagged => content,
        (None, _) => match content {
            Form::Null => Form::Text(name),
            form => Form::Object(vec![Member { name, form }]),
        },
        (Some(tag), Some(member)) => {
            let content = match content {
                Form::Null => Vec::new(),
                form => vec![Member { name: member.clone(), form }],
            };
            Form::Object(tagged(tag, name, content))
        }
        (Some(tag), None) => match content {
            Form::Object(members) => Form::Object(tagged(tag, name, members)),
            Form::Value(value) => {
                let inline =
                    Member { name: String::new(), form: Form::Value(Value { inline: true, ..value }) };
                Form::Object(tagged(tag, name, vec![inline]))
            }
            // Serde rejects a tuple here.
            _ => Form::Object(tagged(tag, name, Vec::new())),
        },
    })
}

fn of_fields<'a>(
    fields: &'a Fields,
    case: Option<Case>,
    transparent: bool,
    runtime: Runtime<'_>,
    mistakes: &mut Mistakes,
) -> Form<'a> {
    let all = fields.iter().map(|field| (field, serde::Field::parse(&field.attrs)));
    let written: Vec<_> = all.filter(|(_, attrs)| !attrs.skip).collect();
    if transparent {
        let is_only = written.len() == 1;
        let holds = |field: &syn::Field| is_only || !is_phantom(&field.ty);
        let field = written.into_iter().find(|(field, _)| holds(field));
        return field
            .map_or(Form::Null, |(field, attrs)| Form::Value(value(field, &attrs, runtime, mistakes)));
    }
    match fields {
        Fields::Unit => Form::Null,
        Fields::Named(_) => {
            let members = written.into_iter().map(|(field, attrs)| {
                let value = value(field, &attrs, runtime, mistakes);
                let ident = field.ident.as_ref().map(|ident| ident.unraw().to_string()).unwrap_or_default();
                let renamed = || case.map_or_else(|| ident.clone(), |case| case.apply(&ident));
                Member { name: attrs.rename.unwrap_or_else(renamed), form: Form::Value(value) }
            });
            Form::Object(members.collect())
        }
        Fields::Unnamed(_) => {
            let mut values: Vec<_> =
                written.into_iter().map(|(field, attrs)| value(field, &attrs, runtime, mistakes)).collect();
            match (fields.len(), values.pop()) {
                (1, Some(value)) => Form::Value(value),
                (_, last) => Form::Array(values.into_iter().chain(last).collect()),
            }
        }
    }
}

fn value<'a>(
    field: &'a syn::Field,
    attrs: &serde::Field,
    runtime: Runtime<'_>,
    mistakes: &mut Mistakes,
) -> Value<'a> {
    let bounds = bounds_of_field(&field.attrs, mistakes);
    if let Some(flatten) = attrs.flatten {
        mistakes.at(
            flatten,
            "a flattened field has no largest size; move its fields into this struct, \
             or remove `flatten` to write it as one member",
        );
    }
    match attrs.with {
        Some(with) if !bounds.max_bytes.is_given() => mistakes.at(
            with,
            "the largest size of a field with custom serialization is unknown; \
             add `#[session(max_bytes = …)]`",
        ),
        Some(_) => {}
        None => check_length(&bounds, &field.ty, runtime, mistakes),
    }
    Value { ty: &field.ty, bounds: Bounds::from_attrs(&bounds), with: attrs.with.is_some(), inline: false }
}
