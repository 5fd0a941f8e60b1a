//! What a field is: how it is read, written, and how it starts.

use syn::{ExprPath, Type};

use super::accessor::Action;
use super::names::Names;
use crate::ast::Field;
use crate::attr::{DefaultValue, FieldAttrs, Given};
use crate::mistakes::Mistakes;
use crate::shape::Shape;

/// The kinds of field.
pub(crate) enum Kind<'a> {
    /// Any type, always written.
    Plain { names: Names, ty: &'a Type, initial: Initial<'a> },
    /// An `Option<inner>`: `None` is left out and is how it starts.
    Optional { names: Names, inner: &'a Type },
    /// A `Vec<inner>` that is left out while it is empty, which is how it starts.
    Queue { names: Names, inner: &'a Type },
    /// Never on the wire.
    Transient { initial: Initial<'a> },
}

impl Kind<'_> {
    /// Returns the names of the field's member, if it has one.
    pub(crate) fn names(&self) -> Option<&Names> {
        match self {
            Self::Plain { names, .. } | Self::Optional { names, .. } | Self::Queue { names, .. } => {
                Some(names)
            }
            Self::Transient { .. } => None,
        }
    }
}

/// The value of a field in the empty session.
pub(crate) enum Initial<'a> {
    /// The type's `Default`.
    Default(&'a Type),
    /// What a function returns.
    Function(ExprPath),
    /// `None`.
    None,
}

/// Decides a field's kind, `None` after a mistake, and what accessors it has.
pub(super) fn of_field<'a>(
    field: &Field<'a>,
    attrs: &FieldAttrs,
    names: Option<Names>,
    mistakes: &mut Mistakes,
) -> (Option<Kind<'a>>, Vec<Action<'a>>) {
    match (attrs.flash.key(), attrs.transient.key()) {
        (Some(_), Some(transient)) => {
            mistakes.at(
                transient,
                "a field is either `flash` or `transient`: a flash waits in the cookie until it is read, \
                 a transient ends with the request",
            );
            (None, flash(field, names).1)
        }
        (Some(_), None) => {
            check_default_of_option(attrs, mistakes);
            let (kind, actions) = flash(field, names);
            if let Shape::Other = Shape::of(field.ty) {
                mistakes.on(
                    field.ty,
                    "`flash` needs an `Option<…>`, or a `Vec<…>` as a queue, spelt so: a macro can't look behind an alias",
                );
            }
            (kind, actions)
        }
        (None, Some(_)) => {
            check_wire_attributes_of_transient(attrs, mistakes);
            let default = match Shape::of(field.ty) {
                Shape::Option(_) => Initial::None,
                Shape::Vec(_) | Shape::Other => Initial::Default(field.ty),
            };
            let initial = initial(attrs, default);
            (Some(Kind::Transient { initial }), accessible(field))
        }
        (None, None) => {
            let kind = match Shape::of(field.ty) {
                Shape::Option(inner) => {
                    check_default_of_option(attrs, mistakes);
                    names.map(|names| Kind::Optional { names, inner })
                }
                Shape::Vec(_) | Shape::Other => {
                    let initial = initial(attrs, Initial::Default(field.ty));
                    names.map(|names| Kind::Plain { names, ty: field.ty, initial })
                }
            };
            (kind, accessible(field))
        }
    }
}

/// A flash of a type that can't be one has the accessors of the `Option` that it
/// should have been, so that their callers hear of nothing else.
fn flash<'a>(field: &Field<'a>, names: Option<Names>) -> (Option<Kind<'a>>, Vec<Action<'a>>) {
    match Shape::of(field.ty) {
        Shape::Option(inner) => (names.map(|names| Kind::Optional { names, inner }), Action::of_flash(inner)),
        Shape::Vec(inner) => (names.map(|names| Kind::Queue { names, inner }), Action::of_queue(inner)),
        Shape::Other => (None, Action::of_flash(field.ty)),
    }
}

fn accessible<'a>(field: &Field<'a>) -> Vec<Action<'a>> {
    match Shape::of(field.ty) {
        Shape::Option(inner) => Action::of_option(inner),
        Shape::Vec(_) | Shape::Other => Action::of_value(field.ty),
    }
}

fn initial<'a>(attrs: &FieldAttrs, default: Initial<'a>) -> Initial<'a> {
    match &attrs.default {
        Given::Is { value: DefaultValue::Function(path), .. } => Initial::Function((**path).clone()),
        Given::Is { value: DefaultValue::Type, .. } | Given::Absent | Given::Broken => default,
    }
}

/// What is left out of the cookie is read as the default: with any other than
/// `None`, or an empty queue, a field that was emptied would be full again.
fn check_default_of_option(attrs: &FieldAttrs, mistakes: &mut Mistakes) {
    if let Given::Is { key, value: DefaultValue::Function(_) } = &attrs.default {
        mistakes.at(
            *key,
            "an `Option` or a flash can't start with a value: empty, it is left out of the cookie, \
             and would come back as this default",
        );
    }
}

fn check_wire_attributes_of_transient(attrs: &FieldAttrs, mistakes: &mut Mistakes) {
    let message =
        |key: &str| format!("`{key}` has no meaning on a `transient` field, which is never in the cookie");
    if let Some(key) = attrs.rename.key() {
        mistakes.at(key, message("rename"));
    }
    for alias in &attrs.aliases {
        mistakes.at(alias.span(), message("alias"));
    }
}
