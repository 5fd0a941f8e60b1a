//! The fields that guards find by their type.

use crate::ast::{Field, Input};
use crate::attr::Attrs;
use crate::shape::{Runtime, Shape};

/// The fields that are the only ones of their type.
#[derive(Clone, Copy)]
pub(crate) struct Guarded<'a> {
    /// The `CsrfToken`.
    pub(crate) token: Option<Field<'a>>,
    /// The `ReturnTo`.
    pub(crate) return_to: Option<Field<'a>>,
}

impl<'a> Guarded<'a> {
    pub(super) fn find(input: &Input<'a>, attrs: &Attrs, runtime: Runtime<'_>) -> Self {
        let members = input.fields.iter().zip(&attrs.fields).filter(|(_, attrs)| !attrs.transient.is_given());
        let fields: Vec<_> = members.map(|(field, _)| *field).collect();
        let only = |is_meant: fn(&Shape<'_>) -> bool| {
            let mut found = fields.iter().filter(|field| is_meant(&Shape::from_type(field.ty, runtime)));
            found.next().copied().filter(|_| found.next().is_none())
        };
        Self {
            token: only(|shape| matches!(shape, Shape::Token)),
            return_to: only(|shape| matches!(shape, Shape::LocalPath)),
        }
    }
}
