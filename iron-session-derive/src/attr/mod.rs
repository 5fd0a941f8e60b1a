//! Parses `#[session(…)]` from tokens into typed attributes and reports every mistake.

mod container;
mod field;
mod given;
mod item;
mod key;
mod max_size;
mod serde;
pub(crate) mod serde_item;
mod storage;
mod value;
mod version;

pub(crate) use container::ContainerAttrs;
pub(crate) use field::{BoundAttrs, DefaultValue, FieldAttrs};
pub(crate) use given::Given;
pub(crate) use max_size::{MaxSizeAttrs, bounds_of_field};
pub(crate) use storage::Storage;
pub(crate) use version::VersionAttrs;

use crate::ast::Input;
use crate::mistakes::Mistakes;

/// The attributes of the struct and of each field, in order.
pub(crate) struct Attrs {
    pub(crate) container: ContainerAttrs,
    pub(crate) fields: Vec<FieldAttrs>,
}

impl Attrs {
    pub(crate) fn parse(input: &Input<'_>, mistakes: &mut Mistakes) -> Self {
        let container = ContainerAttrs::parse(input.attrs, mistakes);
        let fields = input.fields.iter().map(|field| FieldAttrs::parse(field.attrs, mistakes)).collect();
        let attrs = Self { container, fields };
        serde::check(input, &attrs, mistakes);
        attrs
    }
}
