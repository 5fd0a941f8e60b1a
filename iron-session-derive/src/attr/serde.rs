//! `#[serde(…)]` on a session, which has no effect on the cookie.
//!
//! A session is written by its own derive: a secret with `#[serde(skip)]` would still be in the
//! cookie. A serde attribute that would change the payload is therefore a mistake, unless a
//! `#[session(…)]` attribute states the same for the cookie.

use syn::spanned::Spanned;

use super::serde_item::{each, text};
use super::{Attrs, ContainerAttrs, FieldAttrs};
use crate::ast::Input;
use crate::mistakes::Mistakes;

/// Reports each serde attribute that contradicts the session attributes.
pub(super) fn check(input: &Input<'_>, attrs: &Attrs, mistakes: &mut Mistakes) {
    if attrs.container.ignore_serde.is_given() {
        return;
    }
    each(input.attrs, |key, meta| {
        let span = meta.path.span();
        if let Some(cure) = on_struct(key, text(&meta).as_deref(), &attrs.container) {
            mistakes.at(span, message(key, cure));
        }
    });
    for (field, of_field) in input.fields.iter().zip(&attrs.fields) {
        each(field.attrs, |key, meta| {
            let span = meta.path.span();
            let value = text(&meta);
            if let Some(cure) = on_field(key, value.as_deref(), of_field) {
                mistakes.at(span, message(key, cure));
            }
        });
    }
}

fn message(key: &str, cure: &str) -> String {
    format!(
        "serde's `{key}` has no effect on the cookie: {cure}; if the struct's serde attributes are only for another \
         format, add `#[session(ignore_serde)]` to the struct"
    )
}

/// Returns what to write instead of an attribute of the struct; `None` if the attribute
/// changes nothing.
fn on_struct(key: &str, value: Option<&str>, attrs: &ContainerAttrs) -> Option<&'static str> {
    Some(match key {
        // These name the type or affect only the generated code.
        "rename" | "bound" | "crate" | "expecting" | "remote" => return None,
        "rename_all" if attrs.rename_all.is_given() => return None,
        "rename_all" => "write `#[session(rename_all = \"…\")]`",
        // Without a value it has no effect here: every field already has this behaviour.
        "default" if value.is_none() => return None,
        "default" => "add `#[session(default = \"…\")]` to each field",
        "deny_unknown_fields" => "remove the attribute, because a session always keeps unknown members",
        _ => "remove the attribute, because a session is always written as a JSON object of its fields",
    })
}

/// The same for an attribute of a field.
fn on_field(key: &str, value: Option<&str>, attrs: &FieldAttrs) -> Option<&'static str> {
    if attrs.transient.is_given() {
        return None;
    }
    let is_said = match key {
        "borrow" | "bound" | "getter" => true,
        "alias" => !attrs.aliases.is_empty(),
        // Without a value it has no effect here: every field already has this behaviour.
        "default" => value.is_none() || attrs.default.is_given(),
        "rename" => attrs.rename.is_given(),
        // An empty value is read as the default, whether it is written or not.
        "skip_serializing_if" => {
            value.is_some_and(|path| path.ends_with("is_none") || path.ends_with("is_empty"))
        }
        "deserialize_with" | "serialize_with" | "with" => attrs.with.is_given(),
        _ => false,
    };
    let cure = match key {
        "alias" => "write `#[session(alias = \"…\")]`",
        "default" => "write `#[session(default = \"…\")]`",
        "deserialize_with" | "serialize_with" | "with" => {
            "write `#[session(with = \"…\")]` to name a module that contains both functions"
        }
        "flatten" => "move its fields into this struct, or remove `flatten` to write it as one member",
        "rename" => "write `#[session(rename = \"…\")]`",
        "skip" | "skip_deserializing" | "skip_serializing" => {
            "the cookie would contain the field; write `#[session(transient)]` to keep it out"
        }
        "skip_serializing_if" => "make the field an `Option`, because `None` is never written",
        _ => "remove the attribute",
    };
    (!is_said).then_some(cure)
}
