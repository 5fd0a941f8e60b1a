//! The version of the struct, and the struct of the previous version.

use proc_macro2::Span;
use syn::{Ident, Type};

use crate::attr::{Given, VersionAttrs};
use crate::mistakes::Mistakes;

/// The schema version, for a struct that has one.
pub(crate) struct Version {
    pub(crate) number: u32,
    /// The version of a payload without a tag.
    pub(crate) untagged: u32,
    pub(crate) readable_by: Option<u32>,
    pub(crate) previous: Option<Previous>,
}

/// The struct of the previous version.
pub(crate) struct Previous {
    pub(crate) ty: Type,
    /// `gap`: the versions between were never released.
    pub(crate) gap: bool,
}

impl Version {
    /// Checks the attributes. Returns `None` for a struct without a version and after a
    /// mistake.
    pub(super) fn from_attrs(ident: &Ident, attrs: &VersionAttrs, mistakes: &mut Mistakes) -> Option<Self> {
        let (number, key) = match &attrs.version {
            Given::Is { value, key } => (*value, *key),
            Given::Absent => {
                check_versionless(attrs, mistakes);
                return None;
            }
            Given::Broken => return None,
        };
        if let Some(key) = attrs.gap.key()
            && !attrs.previous.is_given()
        {
            mistakes.at(key, "`gap` has no effect without `previous`; add `previous` or remove `gap`");
        }
        check_previous(ident, number, attrs, mistakes);
        check_readable_by(number, attrs, mistakes);
        check_untagged(number, key, attrs, mistakes);

        let gap = attrs.gap.is_given();
        let previous = attrs.previous.get().map(|ty| Previous { ty: (**ty).clone(), gap });
        Some(Self {
            number,
            untagged: attrs.untagged.get().copied().unwrap_or(number),
            readable_by: attrs.readable_by.get().copied(),
            previous,
        })
    }
}

/// Reports attributes that have no effect without a version.
fn check_versionless(attrs: &VersionAttrs, mistakes: &mut Mistakes) {
    if let Some(key) = attrs.previous.key() {
        mistakes.at(
            key,
            "`previous` requires a `version` higher than the previous struct's (1 if that struct has none); \
             add one, as in `version = 2`",
        );
    }
    let others: [(&str, Option<Span>); 3] = [
        ("untagged", attrs.untagged.key()),
        ("readable_by", attrs.readable_by.key()),
        ("gap", attrs.gap.key()),
    ];
    for (name, key) in others {
        if let (Some(key), false) = (key, attrs.previous.is_given()) {
            mistakes.at(
                key,
                format!(
                    "`{name}` has no effect without `version`; add this struct's version, as in `version = 2`"
                ),
            );
        }
    }
}

fn check_previous(ident: &Ident, number: u32, attrs: &VersionAttrs, mistakes: &mut Mistakes) {
    let (Some(key), Some(previous)) = (attrs.previous.key(), attrs.previous.get()) else { return };
    if number == 1 {
        mistakes.at(
            key,
            "a struct with `version = 1` can't have a `previous`; set `version = 2`, or remove `previous`",
        );
    }
    let is_own = match &**previous {
        Type::Path(ty) => ty.qself.is_none() && (ty.path.is_ident(ident) || ty.path.is_ident("Self")),
        _ => false,
    };
    if is_own {
        mistakes.on(
            previous,
            format!("`{ident}` can't be its own `previous`; keep the old struct in a module and name that, as in `previous = v1::{ident}`"),
        );
    }
}

fn check_readable_by(number: u32, attrs: &VersionAttrs, mistakes: &mut Mistakes) {
    if let (Some(key), Some(readable_by)) = (attrs.readable_by.key(), attrs.readable_by.get())
        && *readable_by >= number
    {
        mistakes.at(
            key,
            format!("`readable_by` must be lower than `version = {number}`, found {readable_by}; set it to the oldest version that can read this one"),
        );
    }
}

fn check_untagged(number: u32, key: Span, attrs: &VersionAttrs, mistakes: &mut Mistakes) {
    match &attrs.untagged {
        Given::Absent if number > 1 => mistakes.at(
            key,
            format!(
                "`version = {number}` requires `untagged`: set `untagged = 1` if cookies without a version tag have the \
                 first struct's members, or `untagged = {number}` if they have this struct's members"
            ),
        ),
        Given::Is { key, value: untagged } if *untagged > number => {
            mistakes.at(*key, format!("`untagged` must be at most `version = {number}`, found {untagged}"));
        }
        Given::Is { key, value: untagged } if !attrs.previous.is_given() => {
            // A wrong `readable_by` was reported.
            let oldest = match &attrs.readable_by {
                Given::Is { value, .. } => *value,
                Given::Absent => number,
                Given::Broken => return,
            };
            if *untagged < oldest {
                mistakes.at(
                    *key,
                    format!(
                        "nothing reads version {untagged}; add `previous` to name the struct that does, or \
                         `readable_by = {untagged}` if this struct only adds members to it"
                    ),
                );
            }
        }
        Given::Is { .. } | Given::Absent | Given::Broken => {}
    }
}
