//! Attributes that contradict each other, or the type of their field.

use crate::ast::Field;
use crate::attr::{DefaultValue, FieldAttrs, Given};
use crate::mistakes::Mistakes;
use crate::shape::Shape;

/// Checks what stands beside `transient`.
pub(super) fn check_transient(attrs: &FieldAttrs, mistakes: &mut Mistakes) {
    if let (Some(key), Some(_)) = (attrs.transient.key(), attrs.flash.key()) {
        mistakes.at(
            key,
            "a field is either `flash` or `transient`: a flash waits in the cookie until it is read, \
             a transient ends with the request",
        );
        return;
    }
    let wire_only = [
        ("compress", attrs.compress.key()),
        ("rename", attrs.rename.key()),
        ("with", attrs.with.key()),
        ("on_error", attrs.on_error_default.key()),
        ("expires_in", attrs.expires_in.key()),
        ("key", attrs.keys.first().map(syn::LitStr::span)),
        ("keep_unknown", attrs.keep_unknown.key()),
        ("max_bytes", attrs.bounds.max_bytes.key()),
        ("max_items", attrs.bounds.max_items.key()),
    ];
    let wire_only = wire_only.into_iter().filter_map(|(name, key)| Some((name, key?)));
    let aliases = attrs.aliases.iter().map(|alias| ("alias", alias.span()));
    for (name, key) in wire_only.chain(aliases) {
        let message = format!("`{name}` has no meaning on a `transient` field, which is never in the cookie");
        mistakes.at(key, message);
    }
    check_into(attrs, mistakes);
}

/// Checks the attributes of a field that is a member.
pub(super) fn check_wire(shape: Shape<'_>, field: &Field<'_>, attrs: &FieldAttrs, mistakes: &mut Mistakes) {
    if attrs.flash.is_given() {
        check_flash(shape, field, attrs, mistakes);
    } else {
        check_expiring(shape, field, attrs, mistakes);
    }
    if let (Shape::Token, Some(key)) = (shape, attrs.into.key()) {
        mistakes.at(key, "`into` is about the setter, a `CsrfToken` has none: it issues itself");
    } else {
        check_into(attrs, mistakes);
    }
    let starts_empty = match shape {
        Shape::Option(_) | Shape::Expiring(_) | Shape::Token => true,
        Shape::Vec(_) | Shape::Other => attrs.flash.is_given(),
    };
    if starts_empty {
        check_default(attrs, mistakes);
    }
}

fn check_flash(shape: Shape<'_>, field: &Field<'_>, attrs: &FieldAttrs, mistakes: &mut Mistakes) {
    if let Some(key) = attrs.expires_in.key() {
        mistakes.at(key, "a flash says so in its own brackets: `flash(expires_in = \"…\")`");
    }
    if let Some(key) = attrs.with.key() {
        mistakes.at(
            key,
            "`with` can't stand on a flash; give the value a type of its own that serializes as wanted",
        );
    }
    if !matches!(shape, Shape::Option(_) | Shape::Vec(_)) {
        mistakes.on(
            field.ty,
            "`flash` needs an `Option<…>`, or a `Vec<…>` as a queue, spelt so: a macro can't look behind an alias",
        );
    }
}

fn check_expiring(shape: Shape<'_>, field: &Field<'_>, attrs: &FieldAttrs, mistakes: &mut Mistakes) {
    match (shape, &attrs.expires_in) {
        (Shape::Expiring(_), Given::Absent) => mistakes.on(
            field.ty,
            "an `Expiring` needs to know for how long: add `#[session(expires_in = \"15m\")]`",
        ),
        (Shape::Expiring(_), _) => {
            if let Some(key) = attrs.with.key() {
                mistakes.at(
                    key,
                    "`with` can't stand on an `Expiring`; give the value a type of its own that \
                     serializes as wanted",
                );
            }
        }
        (Shape::Option(_), Given::Is { key, .. }) => mistakes.at(
            *key,
            "`expires_in` needs the type `Expiring<…>` in place of the `Option<…>`, or a `flash(expires_in = \"…\")`",
        ),
        (_, Given::Is { key, .. }) => {
            mistakes.at(*key, "`expires_in` needs the type `Expiring<…>` around the field's own");
        }
        (_, Given::Absent | Given::Broken) => {}
    }
    if let (Shape::Token, Some(key)) = (shape, attrs.with.key()) {
        mistakes.at(key, "`with` can't stand on a `CsrfToken`, whose form is fixed");
    }
}

fn check_into(attrs: &FieldAttrs, mistakes: &mut Mistakes) {
    if let (Some(key), Some(_)) = (attrs.into.key(), attrs.skip_accessors.key()) {
        mistakes.at(key, "`into` is about the setter, which `skip_accessors` leaves out; remove one of them");
    }
}

/// What is left out of the cookie is read as the default: with any other than
/// an empty one, a field that was emptied would be full again.
fn check_default(attrs: &FieldAttrs, mistakes: &mut Mistakes) {
    if let Given::Is { key, value: DefaultValue::Function(_) } = &attrs.default {
        mistakes.at(
            *key,
            "a field that is left out of the cookie while it is empty can't start with a value: \
             emptied, it would come back as this default",
        );
    }
}
