//! The attributes of `#[derive(MaxSize)]`.

use syn::{Attribute, Path};

use super::container;
use super::field::BoundAttrs;
use super::given::Given;
use super::item::items;
use super::key::{MaxSizeFieldKey, MaxSizeKey};
use crate::mistakes::Mistakes;

/// The session attributes of the type.
#[derive(Default)]
pub(crate) struct MaxSizeAttrs {
    pub(crate) runtime: Given<Path>,
}

impl MaxSizeAttrs {
    pub(crate) fn parse(attrs: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut this = Self::default();
        for item in items(attrs, mistakes) {
            if let Some(MaxSizeKey::Crate) = MaxSizeKey::parse(&item, mistakes) {
                let path = container::runtime(&item, mistakes);
                this.runtime.set(&item, path, mistakes);
            }
        }
        this
    }
}

/// Reads the session attributes of one of the type's fields.
pub(crate) fn bounds_of_field(attrs: &[Attribute], mistakes: &mut Mistakes) -> BoundAttrs {
    let mut bounds = BoundAttrs::default();
    for item in items(attrs, mistakes) {
        match MaxSizeFieldKey::parse(&item, mistakes) {
            Some(MaxSizeFieldKey::MaxBytes) => bounds.set_max_bytes(&item, mistakes),
            Some(MaxSizeFieldKey::MaxItems) => bounds.set_max_items(&item, mistakes),
            None => {}
        }
    }
    bounds
}
