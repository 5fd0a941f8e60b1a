//! The names of the attributes, and what to say about any other.

use crate::mistakes::Mistakes;
use crate::suggest;

use super::item::Item;

/// The attributes that one place takes, by name.
pub(super) type Keys<K> = &'static [(&'static str, K)];

/// What a struct's attributes are about.
#[derive(Clone, Copy)]
pub(super) enum ContainerKey {
    Budget,
    Compress,
    Crate,
    Gap,
    IgnoreSerde,
    Javascript,
    MaxCookies,
    Overhead,
    Previous,
    ReadableBy,
    RenameAll,
    ReserveUnknown,
    Schema,
    Untagged,
    Version,
}

/// What a field's attributes are about.
#[derive(Clone, Copy)]
pub(super) enum FieldKey {
    Accessor,
    Alias,
    Compress,
    Default,
    ExpiresIn,
    Flash,
    Into,
    MaxBytes,
    MaxItems,
    OnError,
    Rename,
    SkipAccessors,
    Transient,
    With,
}

/// What can be said in brackets after `flash`.
#[derive(Clone, Copy)]
pub(super) enum FlashKey {
    ExpiresIn,
}

/// What the attributes of a type with a largest size are about.
#[derive(Clone, Copy)]
pub(super) enum SizedKey {
    Crate,
}

/// What the attributes of its fields are about.
#[derive(Clone, Copy)]
pub(super) enum SizedFieldKey {
    MaxBytes,
    MaxItems,
}

const CONTAINER: Keys<ContainerKey> = &[
    ("budget", ContainerKey::Budget),
    ("compress", ContainerKey::Compress),
    ("crate", ContainerKey::Crate),
    ("gap", ContainerKey::Gap),
    ("ignore_serde", ContainerKey::IgnoreSerde),
    ("javascript", ContainerKey::Javascript),
    ("max_cookies", ContainerKey::MaxCookies),
    ("overhead", ContainerKey::Overhead),
    ("previous", ContainerKey::Previous),
    ("readable_by", ContainerKey::ReadableBy),
    ("rename_all", ContainerKey::RenameAll),
    ("reserve_unknown", ContainerKey::ReserveUnknown),
    ("schema", ContainerKey::Schema),
    ("untagged", ContainerKey::Untagged),
    ("version", ContainerKey::Version),
];

const FIELD: Keys<FieldKey> = &[
    ("accessor", FieldKey::Accessor),
    ("alias", FieldKey::Alias),
    ("compress", FieldKey::Compress),
    ("default", FieldKey::Default),
    ("expires_in", FieldKey::ExpiresIn),
    ("flash", FieldKey::Flash),
    ("into", FieldKey::Into),
    ("max_bytes", FieldKey::MaxBytes),
    ("max_items", FieldKey::MaxItems),
    ("on_error", FieldKey::OnError),
    ("rename", FieldKey::Rename),
    ("skip_accessors", FieldKey::SkipAccessors),
    ("transient", FieldKey::Transient),
    ("with", FieldKey::With),
];

const FLASH: Keys<FlashKey> = &[("expires_in", FlashKey::ExpiresIn)];

const SIZED: Keys<SizedKey> = &[("crate", SizedKey::Crate)];

const SIZED_FIELD: Keys<SizedFieldKey> =
    &[("max_bytes", SizedFieldKey::MaxBytes), ("max_items", SizedFieldKey::MaxItems)];

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

impl FlashKey {
    pub(super) fn of(item: &Item, mistakes: &mut Mistakes) -> Option<Self> {
        find(item, FLASH, (FIELD, "stands beside `flash`, not in its brackets"), mistakes)
    }
}

impl SizedKey {
    pub(super) fn of(item: &Item, mistakes: &mut Mistakes) -> Option<Self> {
        find(item, SIZED, (SIZED_FIELD, "belongs on a field, not on the type"), mistakes)
    }
}

impl SizedFieldKey {
    pub(super) fn of(item: &Item, mistakes: &mut Mistakes) -> Option<Self> {
        find(item, SIZED_FIELD, (FIELD, "belongs on a field of the session itself"), mistakes)
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
