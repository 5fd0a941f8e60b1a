//! The names of the attributes, and advice for unknown names.

use crate::mistakes::Mistakes;
use crate::suggest;

use super::item::Item;

/// The attributes that are allowed in one place, by name.
pub(super) type Keys<K> = &'static [(&'static str, K)];

/// The attributes of a struct.
#[derive(Clone, Copy)]
pub(super) enum ContainerKey {
    Budget,
    Compress,
    Crate,
    Forget,
    Gap,
    IgnoreSerde,
    Javascript,
    JsonSchema,
    MaxCookies,
    MaxRecordBytes,
    Overhead,
    Previous,
    ReadableBy,
    RenameAll,
    ReserveUnknown,
    Revocable,
    Storage,
    Untagged,
    Version,
}

/// The attributes of a field.
#[derive(Clone, Copy)]
pub(super) enum FieldKey {
    Accessor,
    Alias,
    Compress,
    Counter,
    Default,
    ExpiresIn,
    Flash,
    Into,
    Keep,
    KeepUnknown,
    Key,
    MaxBytes,
    MaxItems,
    OnError,
    Rename,
    SkipAccessors,
    Subject,
    Transient,
    With,
}

/// The attributes inside `flash(…)`.
#[derive(Clone, Copy)]
pub(super) enum FlashKey {
    ExpiresIn,
}

/// The attributes of a type that derives `MaxSize`.
#[derive(Clone, Copy)]
pub(super) enum MaxSizeKey {
    Crate,
}

/// The attributes of a field in a type that derives `MaxSize`.
#[derive(Clone, Copy)]
pub(super) enum MaxSizeFieldKey {
    MaxBytes,
    MaxItems,
}

const CONTAINER: Keys<ContainerKey> = &[
    ("budget", ContainerKey::Budget),
    ("compress", ContainerKey::Compress),
    ("crate", ContainerKey::Crate),
    ("forget", ContainerKey::Forget),
    ("gap", ContainerKey::Gap),
    ("ignore_serde", ContainerKey::IgnoreSerde),
    ("javascript", ContainerKey::Javascript),
    ("json_schema", ContainerKey::JsonSchema),
    ("max_cookies", ContainerKey::MaxCookies),
    ("max_record_bytes", ContainerKey::MaxRecordBytes),
    ("overhead", ContainerKey::Overhead),
    ("previous", ContainerKey::Previous),
    ("readable_by", ContainerKey::ReadableBy),
    ("rename_all", ContainerKey::RenameAll),
    ("reserve_unknown", ContainerKey::ReserveUnknown),
    ("revocable", ContainerKey::Revocable),
    ("storage", ContainerKey::Storage),
    ("untagged", ContainerKey::Untagged),
    ("version", ContainerKey::Version),
];

const FIELD: Keys<FieldKey> = &[
    ("accessor", FieldKey::Accessor),
    ("alias", FieldKey::Alias),
    ("compress", FieldKey::Compress),
    ("counter", FieldKey::Counter),
    ("default", FieldKey::Default),
    ("expires_in", FieldKey::ExpiresIn),
    ("flash", FieldKey::Flash),
    ("into", FieldKey::Into),
    ("keep", FieldKey::Keep),
    ("keep_unknown", FieldKey::KeepUnknown),
    ("key", FieldKey::Key),
    ("max_bytes", FieldKey::MaxBytes),
    ("max_items", FieldKey::MaxItems),
    ("on_error", FieldKey::OnError),
    ("rename", FieldKey::Rename),
    ("skip_accessors", FieldKey::SkipAccessors),
    ("subject", FieldKey::Subject),
    ("transient", FieldKey::Transient),
    ("with", FieldKey::With),
];

const FLASH: Keys<FlashKey> = &[("expires_in", FlashKey::ExpiresIn)];

const SIZED: Keys<MaxSizeKey> = &[("crate", MaxSizeKey::Crate)];

const SIZED_FIELD: Keys<MaxSizeFieldKey> =
    &[("max_bytes", MaxSizeFieldKey::MaxBytes), ("max_items", MaxSizeFieldKey::MaxItems)];

impl ContainerKey {
    pub(super) fn parse(item: &Item, mistakes: &mut Mistakes) -> Option<Self> {
        find(item, CONTAINER, (FIELD, "belongs on a field, not on the struct"), mistakes)
    }
}

impl FieldKey {
    pub(super) fn parse(item: &Item, mistakes: &mut Mistakes) -> Option<Self> {
        find(item, FIELD, (CONTAINER, "belongs on the struct, not on a field"), mistakes)
    }
}

impl FlashKey {
    pub(super) fn parse(item: &Item, mistakes: &mut Mistakes) -> Option<Self> {
        find(item, FLASH, (FIELD, "belongs next to `flash`, not inside `flash(…)`"), mistakes)
    }
}

impl MaxSizeKey {
    pub(super) fn parse(item: &Item, mistakes: &mut Mistakes) -> Option<Self> {
        find(item, SIZED, (SIZED_FIELD, "belongs on a field, not on the type"), mistakes)
    }
}

impl MaxSizeFieldKey {
    pub(super) fn parse(item: &Item, mistakes: &mut Mistakes) -> Option<Self> {
        find(item, SIZED_FIELD, (FIELD, "is only allowed on a field of the session struct"), mistakes)
    }
}

/// Finds an item's key.
///
/// A misspelt key is reported and then treated as the key that was probably meant, so that
/// no further mistakes are reported because it is missing.
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
        if let Some(advice) = elsewhere(&found) {
            mistakes.at(item.span(), format!("unknown session attribute `{found}`: {advice}"));
            return None;
        }
        let expected = suggest::expected(&found, names.clone());
        mistakes.at(item.span(), format!("unknown session attribute `{found}`, {expected}"));
        suggest::closest(&found, names).and_then(by_name)
    })
}

/// Returns advice for names that other libraries, serde or npm's iron-session use.
fn elsewhere(name: &str) -> Option<&'static str> {
    Some(match name {
        "skip" | "skip_serializing" | "skip_deserializing" | "ignore" => {
            "use `transient` to keep the field out of the cookie, or `skip_accessors` to generate no methods for it"
        }
        "skip_serializing_if" => {
            "make the field an `Option`; `None`, an empty flash and an empty `Expiring` are never written"
        }
        "serialize_with" | "deserialize_with" => {
            "use `with = \"path\"` to name a module that contains both functions"
        }
        "flatten" => "unknown members are kept automatically, and a nested struct is written as one member",
        "default_with" => "use `default = \"path::to::function\"`",
        "deny_unknown_fields" => "unknown members are always kept, because another program may need them",
        "ttl" | "lifetime" | "timeout" | "expires" | "max_age" | "maxAge" | "idle" => {
            "set the session's lifetime in `SessionOptions` with `.ttl(…)` and `.refresh_after(…)`, \
             or a field's lifetime with `expires_in`"
        }
        "cookie" | "cookie_name" | "cookieName" | "name" => {
            "set the cookie's name in `SessionOptions::builder(name, passwords)`, or a member's name with `rename`"
        }
        "password" | "passwords" | "secret" | "key" => {
            "set the passwords in `SessionOptions::builder(name, passwords)`"
        }
        "secure" | "insecure" => {
            "cookies are always `Secure` unless you call `.insecure_development()` on the `SessionOptions` builder"
        }
        "domain" | "path" | "same_site" | "sameSite" | "http_only" | "httpOnly" | "priority"
        | "partitioned" => {
            "set this cookie attribute with the method of that name on the `SessionOptions` builder"
        }
        "encrypt" | "encrypted" | "sign" | "signed" => {
            "remove it; the whole session is always encrypted and authenticated"
        }
        "max_size" | "max_len" | "max_length" | "maxLength" | "size" => {
            "use `max_bytes` to limit text, or `max_items` to limit the length of a list"
        }
        "optional" => "make the field an `Option`",
        "migrate" | "migration" | "from" => {
            "put `version = 2, untagged = 1, previous = v1::AppSession` on the struct and implement `From<v1::AppSession>`"
        }
        _ => return None,
    })
}
