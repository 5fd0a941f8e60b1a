//! The struct as it is understood: checked across fields, with no way to hold a
//! combination that makes no sense.

mod accessor;
mod kind;
mod names;

use syn::{Generics, Ident, Path};

pub(crate) use accessor::{Accessor, Action};
pub(crate) use kind::{Initial, Kind};
pub(crate) use names::Names;

use crate::ast::Input;
use crate::attr::{Attrs, Given};
use crate::mistakes::Mistakes;

/// A session type without a mistake.
pub(crate) struct Model<'a> {
    pub(crate) head: Head<'a>,
    pub(crate) max_cookies: usize,
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) accessors: Vec<Accessor<'a>>,
}

/// What every `impl` block needs to know.
pub(crate) struct Head<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    /// `#[session(crate = "…")]`.
    pub(crate) runtime: Option<Path>,
}

/// A field and what it means.
pub(crate) struct Field<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) kind: Kind<'a>,
}

/// What can be said of a struct that has mistakes.
pub(crate) struct Draft<'a> {
    /// `None` when not even the path of the runtime is known.
    pub(crate) head: Option<Head<'a>>,
    /// Those that are certain, or likely to be meant.
    pub(crate) accessors: Vec<Accessor<'a>>,
}

/// Checks what the attributes say about the struct and about each other.
pub(crate) fn build<'a>(
    input: &Input<'a>,
    attrs: &Attrs,
    mistakes: &mut Mistakes,
) -> Result<Model<'a>, Draft<'a>> {
    let names = names::of_fields(input, attrs, mistakes);
    let mut fields = Vec::new();
    let mut accessors = Vec::new();
    for ((field, attrs), names) in input.fields.iter().zip(&attrs.fields).zip(names) {
        let (kind, actions) = kind::of_field(field, attrs, names, mistakes);
        accessors.extend(accessor::of_field(*field, attrs, actions, mistakes));
        fields.push(kind.map(|kind| Field { ident: field.ident, kind }));
    }
    let accessors = accessor::without_collisions(accessors, mistakes);

    let runtime = match &attrs.container.runtime {
        Given::Is { value, .. } => Some(Some(value.clone())),
        Given::Absent => Some(None),
        Given::Broken => None,
    };
    let head = runtime.map(|runtime| Head { ident: input.ident, generics: input.generics, runtime });
    let fields = fields.into_iter().collect::<Option<Vec<_>>>();

    match (mistakes.is_empty(), head, fields) {
        (true, Some(head), Some(fields)) => {
            Ok(Model { head, max_cookies: max_cookies(attrs), fields, accessors })
        }
        (_, head, _) => Err(Draft { head, accessors }),
    }
}

fn max_cookies(attrs: &Attrs) -> usize {
    match attrs.container.max_cookies {
        Given::Is { value, .. } => value,
        Given::Absent | Given::Broken => 1,
    }
}
