//! The kind of a field: how it is read and written, and its initial value.

use std::time::Duration;

use syn::{ExprPath, Type};

use super::accessor::{Action, Guard, Param};
use super::bounds::{Bounds, check_length};
use super::conflict;
use super::identity::Identity;
use super::names::Names;
use crate::ast::Field;
use crate::attr::{DefaultValue, FieldAttrs, Given};
use crate::mistakes::Mistakes;
use crate::shape::{Shape, Text, secret};
use crate::spelling::Runtime;

/// The kinds of field.
pub(crate) enum Kind<'a> {
    /// A member of the payload.
    Wire(Wire<'a>),
    /// Never in the cookie.
    Transient { initial: Initial<'a> },
}

/// A field that is a member of the payload.
#[expect(clippy::struct_excessive_bools, reason = "each is an attribute of its own")]
pub(crate) struct Wire<'a> {
    pub(crate) names: Names,
    pub(crate) value: Value<'a>,
    pub(crate) flash: bool,
    pub(crate) bounds: Bounds,
    /// `with = "path"`: the functions get the whole field.
    pub(crate) with: Option<Box<ExprPath>>,
    /// `on_error = "default"`
    pub(crate) falls_back: bool,
    /// `compress = …`
    pub(crate) compress: Option<bool>,
    pub(crate) identity: Identity,
    /// Whether `restart()` keeps it.
    pub(crate) keep: bool,
    /// Whether the changes of two requests add up.
    pub(crate) counter: bool,
}

/// The value of a field.
pub(crate) enum Value<'a> {
    /// Any type, always written.
    Plain { initial: Initial<'a> },
    /// An `Option<inner>`; starts as `None`, which is not written.
    Optional { inner: &'a Type, ttl: Option<Duration> },
    /// A `Vec<inner>`; starts empty and is not written while it is empty.
    Queue { inner: &'a Type, ttl: Option<Duration> },
    /// An `Expiring<inner>`; starts empty and is not written while it is empty.
    Expiring { inner: &'a Type, ttl: Duration },
    /// A `CsrfToken`; starts empty and is not written while it is empty.
    Token,
    /// A `ReturnTo`; starts empty and is not written while it is empty.
    LocalPath,
}

impl<'a> Kind<'a> {
    pub(crate) fn wire(&self) -> Option<&Wire<'a>> {
        match self {
            Self::Wire(wire) => Some(wire),
            Self::Transient { .. } => None,
        }
    }
}

impl Value<'_> {
    /// Tells whether the member has a deadline.
    pub(crate) fn ends(&self) -> bool {
        match self {
            Self::Optional { ttl, .. } | Self::Queue { ttl, .. } => ttl.is_some(),
            Self::Expiring { .. } => true,
            Self::Plain { .. } | Self::Token | Self::LocalPath => false,
        }
    }
}

/// The value of a field in the empty session.
pub(crate) enum Initial<'a> {
    /// The type's `Default`.
    Default(&'a Type),
    /// The result of a function.
    Function(ExprPath),
    /// `None`.
    None,
}

/// Decides a field's kind (`None` after a mistake) and its accessors.
pub(super) fn decide<'a>(
    index: usize,
    field: &Field<'a>,
    attrs: &FieldAttrs,
    names: Option<Names>,
    runtime: Runtime<'_>,
    mistakes: &mut Mistakes,
) -> (Option<Kind<'a>>, Vec<Action<'a>>) {
    let shape = Shape::from_type(field.ty, runtime);
    if attrs.transient.is_given() {
        conflict::check_transient(attrs, mistakes);
        let default = match shape {
            Shape::Option(_) => Initial::None,
            _ => Initial::Default(field.ty),
        };
        let actions = transient_actions(shape, field.ty, attrs, runtime, mistakes);
        return (Some(Kind::Transient { initial: initial(attrs, default) }), actions);
    }

    conflict::check_wire(shape, field, attrs, mistakes);
    let guard = guard(index, attrs);
    let mut param = |ty| param(ty, attrs, runtime, mistakes);
    let (value, actions, counted) = match (attrs.flash.get(), shape) {
        (Some(flash), Shape::Option(inner)) => {
            let ttl = flash.expires_in;
            (Some(Value::Optional { inner, ttl }), Action::for_flash(param(inner), guard), inner)
        }
        (Some(flash), Shape::Vec(inner)) => {
            let ttl = flash.expires_in;
            (Some(Value::Queue { inner, ttl }), Action::for_queue(param(inner), guard), field.ty)
        }
        // A type that can't be a flash gets the accessors of an `Option`, which it should
        // have been, so that their callers get no further errors.
        (Some(_), _) => (None, Action::for_flash(param(field.ty), guard), field.ty),
        (None, Shape::Option(inner)) => {
            (Some(Value::Optional { inner, ttl: None }), Action::for_option(param(inner), guard), inner)
        }
        (None, Shape::Expiring(inner)) => {
            let value = attrs.expires_in.get().map(|ttl| Value::Expiring { inner, ttl: *ttl });
            (value, Action::for_expiring(param(inner), guard), inner)
        }
        // As above, for the `Expiring` that it should have been.
        (None, _) if attrs.expires_in.is_given() => {
            (None, Action::for_expiring(param(field.ty), guard), field.ty)
        }
        (None, Shape::Token) => (Some(Value::Token), Action::for_token(field.ty), field.ty),
        (None, Shape::LocalPath) => (Some(Value::LocalPath), Action::for_path(param(field.ty)), field.ty),
        (None, Shape::Vec(_) | Shape::Other) => {
            let initial = initial(attrs, Initial::Default(field.ty));
            let actions = Action::for_value(field.ty, param(field.ty), guard);
            (Some(Value::Plain { initial }), actions, field.ty)
        }
    };
    if !attrs.with.is_given() {
        check_length(&attrs.bounds, counted, runtime, mistakes);
    }
    let identity = Identity::from_attrs(field, attrs, runtime, mistakes);
    let kind = names.zip(value).map(|(names, value)| {
        Kind::Wire(Wire {
            names,
            value,
            flash: attrs.flash.is_given(),
            bounds: Bounds::from_attrs(&attrs.bounds),
            with: attrs.with.get().cloned(),
            falls_back: attrs.on_error_default.is_given(),
            compress: attrs.compress.get().copied(),
            identity,
            keep: attrs.keep.is_given() || matches!(shape, Shape::LocalPath),
            counter: attrs.counter.is_given(),
        })
    });
    (kind, actions)
}

/// A transient field has the accessors of its type and no size checks.
fn transient_actions<'a>(
    shape: Shape<'a>,
    ty: &'a Type,
    attrs: &FieldAttrs,
    runtime: Runtime<'_>,
    mistakes: &mut Mistakes,
) -> Vec<Action<'a>> {
    match shape {
        Shape::Option(inner) => Action::for_option(param(inner, attrs, runtime, mistakes), None),
        _ => Action::for_value(ty, param(ty, attrs, runtime, mistakes), None),
    }
}

/// Setters of text and secrets always take `impl Into<…>`, others only with `into`, because
/// the type of an integer literal could not be inferred.
fn param<'a>(ty: &'a Type, attrs: &FieldAttrs, runtime: Runtime<'_>, mistakes: &mut Mistakes) -> Param<'a> {
    let always_into = Text::from_type(ty).is_some() || secret(ty, runtime).is_some();
    if let (true, Some(key)) = (always_into, attrs.into.key()) {
        mistakes.at(key, "remove `into`; the setter of text or a `Secret` already takes an `impl Into<…>`");
    }
    Param { ty, into: always_into || attrs.into.is_given() }
}

fn guard(index: usize, attrs: &FieldAttrs) -> Option<Guard> {
    attrs.bounds.is_given().then(|| Guard { index, with: attrs.with.is_given() })
}

fn initial<'a>(attrs: &FieldAttrs, default: Initial<'a>) -> Initial<'a> {
    match &attrs.default {
        Given::Is { value: DefaultValue::Function(path), .. } => Initial::Function((**path).clone()),
        Given::Is { value: DefaultValue::Type, .. } | Given::Absent | Given::Broken => default,
    }
}
