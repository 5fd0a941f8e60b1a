//! What may be compressed, and beside what.

use crate::ast::{Field, Input};
use crate::attr::{Attrs, FieldAttrs};
use crate::mistakes::Mistakes;
use crate::shape::{Shape, secret};

/// Checks `compress` on the struct and on its fields.
pub(super) fn check(input: &Input<'_>, attrs: &Attrs, mistakes: &mut Mistakes) {
    let container = &attrs.container;
    if let (Some(key), true) = (container.compress.key(), container.javascript.is_given()) {
        mistakes.at(
            key,
            "`compress` and `javascript` exclude each other: iron-session for JavaScript reads a compressed cookie \
             as empty, and its next save overwrites the session",
        );
    }
    for (field, of_field) in input.fields.iter().zip(&attrs.fields) {
        if container.compress.is_given() {
            check_beside(field, of_field, mistakes);
        } else if let Some(key) = of_field.compress.key() {
            mistakes.at(key, "this session is never compressed; `compress` on the struct would allow it");
        }
    }
}

/// Checks a field of a session that may be compressed.
fn check_beside(field: &Field<'_>, attrs: &FieldAttrs, mistakes: &mut Mistakes) {
    if attrs.transient.is_given() {
        return;
    }
    let shape = Shape::of(field.ty);
    let held = match shape {
        Shape::Option(inner) | Shape::Vec(inner) | Shape::Expiring(inner) => inner,
        Shape::Token | Shape::Other => field.ty,
    };
    let name = match (shape, secret(held)) {
        (Shape::Token, _) => "a `CsrfToken`",
        (_, Some(_)) => "a `Secret`",
        _ => {
            if let (Some(key), Some(true)) = (attrs.compress.key(), attrs.compress.get()) {
                mistakes.at(
                    key,
                    "`compress = true` is for a `CsrfToken` or a `Secret`; other fields are compressed anyway",
                );
            }
            return;
        }
    };
    if !attrs.compress.is_given() {
        mistakes.on(
            field.ty,
            format!(
                "{name} in a compressed session can be guessed from the cookie's length, where an attacker chooses \
                 text beside it: add `#[session(compress = false)]`, which keeps the session plain while the field \
                 is in it, or `compress = true` if nobody else's text is"
            ),
        );
    }
}
