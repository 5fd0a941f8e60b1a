//! The struct's attributes about its version.

use syn::{Lit, Type};

use super::given::Given;
use super::item::{Item, Value};
use super::key::ContainerKey;
use crate::mistakes::Mistakes;

/// The attributes for the struct's version and its previous version.
#[derive(Default)]
pub(crate) struct VersionAttrs {
    pub(crate) gap: Given<()>,
    pub(crate) previous: Given<Box<Type>>,
    pub(crate) readable_by: Given<u32>,
    pub(crate) untagged: Given<u32>,
    pub(crate) version: Given<u32>,
}

impl VersionAttrs {
    pub(super) fn set(&mut self, key: ContainerKey, item: &Item, mistakes: &mut Mistakes) {
        match key {
            ContainerKey::Gap => {
                item.flag(mistakes);
                self.gap.set(item, Some(()), mistakes);
            }
            ContainerKey::Previous => {
                let previous = struct_path(item, mistakes);
                self.previous.set(item, previous.map(Box::new), mistakes);
            }
            ContainerKey::ReadableBy => {
                let readable_by = number(item, "1", mistakes);
                self.readable_by.set(item, readable_by, mistakes);
            }
            ContainerKey::Untagged => {
                let untagged = number(item, "1", mistakes);
                self.untagged.set(item, untagged, mistakes);
            }
            ContainerKey::Version => {
                let version = number(item, "2", mistakes);
                self.version.set(item, version, mistakes);
            }
            _ => {}
        }
    }
}

/// Versions start at 1 and fit an `i32` in every language.
fn number(item: &Item, example: &str, mistakes: &mut Mistakes) -> Option<u32> {
    const MAX: u32 = 2_147_483_647;

    let number = item.number(1..=MAX, example, mistakes)?;
    u32::try_from(number).ok()
}

/// Reads `key = path::to::Struct`, also in quotes, which a struct with several type
/// parameters requires.
fn struct_path(item: &Item, mistakes: &mut Mistakes) -> Option<Type> {
    let quoted = || matches!(item.literal(), Some(Lit::Str(_)));
    match &item.value {
        Value::Equals(_) if quoted() => item.parsed("a struct", "v1::AppSession", mistakes),
        Value::Equals(tokens) => {
            let path = syn::parse2::<Type>(tokens.clone()).ok().map(without_group);
            path.filter(|ty| matches!(ty, Type::Path(_))).or_else(|| item.expects(EXPECTED, mistakes))
        }
        _ => item.expects(EXPECTED, mistakes),
    }
}

/// Removes the invisible group around a macro's `$old:ty`.
fn without_group(ty: Type) -> Type {
    match ty {
        Type::Group(group) => without_group(*group.elem),
        other => other,
    }
}

const EXPECTED: &str = "the struct of the previous version, as in `previous = v1::AppSession`";
