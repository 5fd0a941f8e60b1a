//! The field that says who is signed in.

use syn::Type;

use crate::ast::{Field, Input};
use crate::attr::Attrs;
use crate::mistakes::Mistakes;
use crate::shape::Shape;
use crate::spelling::Runtime;

/// The field with `subject`.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) field: Field<'a>,
    /// The type inside its `Option`.
    pub(crate) inner: &'a Type,
}

impl<'a> Subject<'a> {
    pub(super) fn find(
        input: &Input<'a>,
        attrs: &Attrs,
        runtime: Runtime<'_>,
        mistakes: &mut Mistakes,
    ) -> Option<Self> {
        let marked = input.fields.iter().zip(&attrs.fields);
        let mut marked = marked.filter_map(|(field, attrs)| Some((*field, attrs.subject.key()?)));
        let (field, _) = marked.next()?;
        for (_, key) in marked {
            let message = format!(
                "`subject` is already on field `{}`, and a session has only one subject; remove one of them",
                field.ident
            );
            mistakes.at(key, message);
        }
        let inner = match Shape::from_type(field.ty, runtime) {
            Shape::Option(inner) => inner,
            // A mistake that was reported.
            _ => field.ty,
        };
        Some(Self { field, inner })
    }
}
