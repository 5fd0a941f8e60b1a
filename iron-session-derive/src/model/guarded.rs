//! The fields that guards and the sign-in use.

use super::subject::Subject;
use crate::ast::{Field, Input};
use crate::attr::Attrs;
use crate::mistakes::Mistakes;
use crate::shape::Shape;
use crate::spelling::Runtime;

/// The fields that have a trait, each the only one of its kind.
#[derive(Clone, Copy)]
pub(crate) struct Guarded<'a> {
    /// The `CsrfToken`.
    pub(crate) token: Option<Field<'a>>,
    /// The `ReturnTo`.
    pub(crate) return_to: Option<Field<'a>>,
    /// The field with `subject`.
    pub(crate) subject: Option<Subject<'a>>,
    /// Whether the struct is `revocable`, or its sessions may be in the store.
    pub(crate) revocable: bool,
}

impl<'a> Guarded<'a> {
    pub(super) fn find(
        input: &Input<'a>,
        attrs: &Attrs,
        runtime: Runtime<'_>,
        mistakes: &mut Mistakes,
    ) -> Self {
        let members = input.fields.iter().zip(&attrs.fields).filter(|(_, attrs)| !attrs.transient.is_given());
        let fields: Vec<_> = members.map(|(field, _)| *field).collect();
        let only = |is_meant: fn(&Shape<'_>) -> bool| {
            let mut found = fields.iter().filter(|field| is_meant(&Shape::from_type(field.ty, runtime)));
            found.next().copied().filter(|_| found.next().is_none())
        };
        Self {
            token: only(|shape| matches!(shape, Shape::Token)),
            return_to: only(|shape| matches!(shape, Shape::LocalPath)),
            subject: Subject::find(input, attrs, runtime, mistakes),
            revocable: attrs.container.is_revocable(),
        }
    }
}
