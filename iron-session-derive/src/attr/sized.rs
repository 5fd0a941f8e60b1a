//! The attributes of `#[derive(MaxSize)]`.

use syn::{Attribute, Path};

use super::container;
use super::field::BoundAttrs;
use super::given::Given;
use super::item::items;
use super::key::{SizedFieldKey, SizedKey};
use crate::mistakes::Mistakes;

/// The session attributes of the type.
#[derive(Default)]
pub(crate) struct SizedAttrs {
    pub(crate) runtime: Given<Path>,
}

impl SizedAttrs {
    pub(crate) fn parse(attrs: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut this = Self::default();
        for item in items(attrs, mistakes) {
            if let Some(SizedKey::Crate) = SizedKey::of(&item, mistakes) {
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
        match SizedFieldKey::of(&item, mistakes) {
            Some(SizedFieldKey::MaxBytes) => bounds.set_max_bytes(&item, mistakes),
            Some(SizedFieldKey::MaxItems) => bounds.set_max_items(&item, mistakes),
            None => {}
        }
    }
    bounds
}
