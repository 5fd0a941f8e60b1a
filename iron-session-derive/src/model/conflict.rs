//! Reports attributes that contradict each other or the type of their field.

use crate::ast::Field;
use crate::attr::{DefaultValue, FieldAttrs, Given};
use crate::mistakes::Mistakes;
use crate::shape::Shape;

/// Checks the attributes next to `transient`.
pub(super) fn check_transient(attrs: &FieldAttrs, mistakes: &mut Mistakes) {
    if let (Some(key), Some(_)) = (attrs.transient.key(), attrs.flash.key()) {
        mistakes.at(
            key,
            "`flash` and `transient` can't be combined: a flash stays in the cookie until it is read, but a transient \
             field is never in the cookie; remove one of them",
        );
        return;
    }
    let wire_only = [
        ("compress", attrs.compress.key()),
        ("rename", attrs.rename.key()),
        ("with", attrs.with.key()),
        ("on_error", attrs.on_error_default.key()),
        ("expires_in", attrs.expires_in.key()),
        ("counter", attrs.counter.key()),
        ("keep", attrs.keep.key()),
        ("subject", attrs.subject.key()),
        ("key", attrs.keys.first().map(syn::LitStr::span)),
        ("keep_unknown", attrs.keep_unknown.key()),
        ("max_bytes", attrs.bounds.max_bytes.key()),
        ("max_items", attrs.bounds.max_items.key()),
    ];
    let wire_only = wire_only.into_iter().filter_map(|(name, key)| Some((name, key?)));
    let aliases = attrs.aliases.iter().map(|alias| ("alias", alias.span()));
    for (name, key) in wire_only.chain(aliases) {
        let message = format!(
            "`{name}` has no effect on a `transient` field, which is never in the cookie; remove one of them"
        );
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
        mistakes.at(key, "`into` has no effect on a `CsrfToken`, which has no setter; remove it");
    } else if let (Shape::LocalPath, Some(key)) = (shape, attrs.into.key()) {
        mistakes
            .at(key, "`into` has no effect on a `ReturnTo`, which other types don't convert into; remove it");
    } else {
        check_into(attrs, mistakes);
    }
    check_keep(shape, attrs, mistakes);
    check_counter(field, attrs, mistakes);
    check_subject(shape, field, attrs, mistakes);
    let starts_empty = match shape {
        Shape::Option(_) | Shape::Expiring(_) | Shape::Token | Shape::LocalPath => true,
        Shape::Vec(_) | Shape::Other => attrs.flash.is_given(),
    };
    if starts_empty {
        check_default(attrs, mistakes);
    }
}

fn check_keep(shape: Shape<'_>, attrs: &FieldAttrs, mistakes: &mut Mistakes) {
    let Some(key) = attrs.keep.key() else { return };
    match shape {
        Shape::Token => mistakes.at(
            key,
            "`keep` can't be used on a `CsrfToken`: an attacker who planted the session before the sign-in knows its \
             token; remove it",
        ),
        Shape::LocalPath => {
            mistakes.at(key, "`keep` has no effect on a `ReturnTo`, which is always kept; remove it");
        }
        Shape::Option(_) | Shape::Vec(_) | Shape::Expiring(_) | Shape::Other => {}
    }
}

/// A counter's type must be written as one of the integers, because only those can be added up. An id
/// is an integer too, so this is never a guess.
fn check_counter(field: &Field<'_>, attrs: &FieldAttrs, mistakes: &mut Mistakes) {
    const INTEGERS: [&str; 12] =
        ["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"];
    let Some(key) = attrs.counter.key() else { return };
    let is_integer = matches!(field.ty, syn::Type::Path(path)
        if path.path.get_ident().is_some_and(|ident| INTEGERS.iter().any(|name| ident == name)));
    if !is_integer || attrs.with.is_given() {
        mistakes.at(
            key,
            "`counter` requires an integer type, such as `u64`, without `with`; type aliases are not resolved",
        );
    }
}

fn check_subject(shape: Shape<'_>, field: &Field<'_>, attrs: &FieldAttrs, mistakes: &mut Mistakes) {
    let Some(key) = attrs.subject.key() else { return };
    if attrs.flash.is_given() {
        mistakes.at(
            key,
            "`subject` can't be used on a flash, because reading it would sign the user out; remove one of them",
        );
        return;
    }
    if let Some(keep) = attrs.keep.key() {
        mistakes
            .at(keep, "`keep` can't be used on the `subject`, because a sign-in replaces it; remove `keep`");
    }
    match shape {
        Shape::Option(_) => {}
        Shape::Expiring(_) => mistakes.on(
            field.ty,
            "`subject` can't be used on an `Expiring`: the session would outlive it; write `Option<…>`, and limit \
             the session's lifetime in `SessionOptions`",
        ),
        Shape::Vec(_) | Shape::Token | Shape::LocalPath | Shape::Other => mistakes.on(
            field.ty,
            "`subject` requires the type to be written as `Option<…>`, because `None` means that nobody is signed in; \
             type aliases are not resolved",
        ),
    }
}

fn check_flash(shape: Shape<'_>, field: &Field<'_>, attrs: &FieldAttrs, mistakes: &mut Mistakes) {
    if let Some(key) = attrs.expires_in.key() {
        mistakes.at(key, "put `expires_in` inside `flash(…)`: `#[session(flash(expires_in = \"…\"))]`");
    }
    if let Some(key) = attrs.with.key() {
        mistakes.at(
            key,
            "`with` can't be used on a flash; use a newtype with its own `Serialize` and `Deserialize` instead",
        );
    }
    if !matches!(shape, Shape::Option(_) | Shape::Vec(_)) {
        mistakes.on(
            field.ty,
            "`flash` requires the type to be written as `Option<…>` or `Vec<…>`; type aliases are not resolved",
        );
    }
}

fn check_expiring(shape: Shape<'_>, field: &Field<'_>, attrs: &FieldAttrs, mistakes: &mut Mistakes) {
    match (shape, &attrs.expires_in) {
        (Shape::Expiring(_), Given::Absent) => mistakes.on(
            field.ty,
            "an `Expiring` requires a lifetime; add one, as in `#[session(expires_in = \"15m\")]`",
        ),
        (Shape::Expiring(_), _) => {
            if let Some(key) = attrs.with.key() {
                mistakes.at(
                    key,
                    "`with` can't be used on an `Expiring`; use a newtype with its own `Serialize` and `Deserialize` instead",
                );
            }
        }
        (Shape::Option(_), Given::Is { key, .. }) => mistakes.at(
            *key,
            "`expires_in` requires the type `Expiring<…>` instead of `Option<…>`; for a flash, write \
             `flash(expires_in = \"…\")`",
        ),
        (_, Given::Is { key, .. }) => {
            mistakes.at(*key, "`expires_in` requires the type `Expiring<…>`; wrap the field's type in it");
        }
        (_, Given::Absent | Given::Broken) => {}
    }
    if let (Shape::Token, Some(key)) = (shape, attrs.with.key()) {
        mistakes.at(key, "`with` can't be used on a `CsrfToken`, whose format is fixed; remove it");
    }
    if let (Shape::LocalPath, Some(key)) = (shape, attrs.with.key()) {
        mistakes.at(key, "`with` can't be used on a `ReturnTo`, whose format is fixed; remove it");
    }
}

fn check_into(attrs: &FieldAttrs, mistakes: &mut Mistakes) {
    if let (Some(key), Some(_)) = (attrs.into.key(), attrs.skip_accessors.key()) {
        mistakes.at(
            key,
            "`into` has no effect with `skip_accessors`, because there is no setter; remove one of them",
        );
    }
}

/// A member that is not in the cookie is read as the default. If that default were not empty,
/// a field that was cleared would get its value back.
fn check_default(attrs: &FieldAttrs, mistakes: &mut Mistakes) {
    if let Given::Is { key, value: DefaultValue::Function(_) } = &attrs.default {
        mistakes.at(
            *key,
            "`default = \"…\"` can't be used on a field that is not written while it is empty, because clearing the field \
             would bring the default back; remove `default`",
        );
    }
}
