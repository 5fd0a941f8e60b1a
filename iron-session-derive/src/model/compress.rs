//! Checks which fields may be compressed together.

use syn::{Generics, Type};

use crate::ast::{Field, Input};
use crate::attr::{Attrs, FieldAttrs};
use crate::mistakes::Mistakes;
use crate::shape::secret;
use crate::spelling::{Runtime, mentions_parameter, parts};

/// Checks `compress` on the struct and on its fields.
pub(super) fn check(input: &Input<'_>, attrs: &Attrs, mistakes: &mut Mistakes) {
    let container = &attrs.container;
    let runtime = Runtime::at(container.runtime.get());
    if let (Some(key), true) = (container.compress.key(), container.javascript.is_given()) {
        mistakes.at(
            key,
            "`compress` and `javascript` can't be combined, because iron-session for JavaScript reads a compressed cookie \
             as an empty session and overwrites it with its next save; remove one of them",
        );
    }
    for (field, of_field) in input.fields.iter().zip(&attrs.fields) {
        if container.compress.is_given() {
            check_beside(field, of_field, input.generics, runtime, mistakes);
        } else if let Some(key) = of_field.compress.key() {
            mistakes.at(key, "`compress` on a field has no effect unless the struct has `#[session(compress)]`; add it there or remove \
                 this one");
        }
    }
}

/// Checks a field of a generic session that may be compressed. The compiler checks the types
/// that do not depend on a parameter.
fn check_beside(
    field: &Field<'_>,
    attrs: &FieldAttrs,
    generics: &Generics,
    runtime: Runtime<'_>,
    mistakes: &mut Mistakes,
) {
    let holds_secret = |ty: &&Type| secret(ty, runtime).is_some() && mentions_parameter(ty, generics);
    let is_free = attrs.transient.is_given() || attrs.compress.is_given();
    if !is_free && parts(field.ty).iter().any(holds_secret) {
        mistakes.on(
            field.ty,
            "compressing a `Secret` can leak it through the cookie's length if an attacker controls other text in \
             the session; add `#[session(compress = false)]` to disable compression while this field is set, or \
             `compress = true` if no attacker-controlled text is stored",
        );
    }
}
