//! The names of the attributes, and what to say about any other.

use crate::mistakes::Mistakes;
use crate::suggest;

use super::item::Item;

/// The attributes that one place takes, by name.
pub(super) type Keys<K> = &'static [(&'static str, K)];

/// What a struct's attributes are about.
#[derive(Clone, Copy)]
pub(super) enum ContainerKey {
    Crate,
    MaxCookies,
    RenameAll,
}

/// What a field's attributes are about.
#[derive(Clone, Copy)]
pub(super) enum FieldKey {
    Accessor,
    Alias,
    Default,
    Flash,
    Rename,
    SkipAccessors,
    Transient,
}

const CONTAINER: Keys<ContainerKey> = &[
    ("crate", ContainerKey::Crate),
    ("max_cookies", ContainerKey::MaxCookies),
    ("rename_all", ContainerKey::RenameAll),
];

const FIELD: Keys<FieldKey> = &[
    ("accessor", FieldKey::Accessor),
    ("alias", FieldKey::Alias),
    ("default", FieldKey::Default),
    ("flash", FieldKey::Flash),
    ("rename", FieldKey::Rename),
    ("skip_accessors", FieldKey::SkipAccessors),
    ("transient", FieldKey::Transient),
];

impl ContainerKey {
    pub(super) fn of(item: &Item, mistakes: &mut Mistakes) -> Option<Self> {
        find(item, CONTAINER, (FIELD, "belongs on a field, not on the struct"), mistakes)
    }
}

impl FieldKey {
    pub(super) fn of(item: &Item, mistakes: &mut Mistakes) -> Option<Self> {
        find(item, FIELD, (CONTAINER, "belongs on the struct, not on a field"), mistakes)
    }
}

/// Finds an item's key.
///
/// A misspelt one is reported and then taken for what it was probably meant to
/// be, so that nothing else is reported only because it is missing.
fn find<K: Copy, Other>(
    item: &Item,
    keys: Keys<K>,
    (others, belongs_elsewhere): (Keys<Other>, &str),
    mistakes: &mut Mistakes,
) -> Option<K> {
    let found = item.key.to_string();
    let by_name = |name: &str| keys.iter().find(|(known, _)| *known == name).map(|(_, key)| *key);
    let names = keys.iter().map(|(name, _)| *name);

    by_name(&found).or_else(|| {
        if others.iter().any(|(name, _)| *name == found) {
            mistakes.at(item.span(), format!("the session attribute `{found}` {belongs_elsewhere}"));
            return None;
        }
        let expected = suggest::expected(&found, names.clone());
        mistakes.at(item.span(), format!("unknown session attribute `{found}`, {expected}"));
        suggest::closest(&found, names).and_then(by_name)
    })
}
