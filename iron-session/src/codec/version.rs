//! Reads cookies that an older version of a session type wrote.
//!
//! A payload contains its version. It is decoded as the struct of this version, and then
//! converted by the `From` (or `TryFrom`) of each later struct.

use std::fmt;

use super::session_type::IronSession;
use super::source::Source;
use crate::error::UnsealError;
use crate::schema::Schema;
use crate::schema::const_text::ConstText;

/// Describes the version before a session type, and the conversion to that type.
pub struct Previous<T> {
    schema: Schema,
    /// Whether the versions in between were never released.
    gap: bool,
    load: for<'a, 'b> fn(u32, &'a mut Source<'b>) -> Result<T, UnsealError>,
    is_known: fn(u32, &str) -> bool,
}

impl<T: IronSession> Previous<T> {
    /// Creates it from the version before `T`.
    #[must_use]
    pub const fn new<Old: IronSession>() -> Self
    where
        T: Migrate<Old>,
    {
        Self {
            schema: Old::SCHEMA,
            gap: false,
            load: |found, source| T::migrate(load_older::<Old>(found, source)?),
            is_known: is_known::<Old>,
        }
    }

    /// Declares that the versions between the two were never released.
    #[must_use]
    pub const fn after_gap(self) -> Self {
        Self { gap: true, ..self }
    }
}

impl<T> fmt::Debug for Previous<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Previous").field("schema", &self.schema).finish_non_exhaustive()
    }
}

/// Converts a session type from its previous version.
///
/// It is implemented for every `TryFrom`, and so for every `From`. It is a separate trait so
/// that the compiler can explain a missing conversion.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be converted from its previous version, `{Old}`",
    label = "needs `impl From<{Old}> for {Self}`",
    note = "if the conversion can fail, implement `TryFrom` with an error that implements `Display`"
)]
pub trait Migrate<Old>: Sized {
    /// Converts to the newer session.
    ///
    /// # Errors
    ///
    /// [`UnsealError::Migration`] if `TryFrom` fails.
    fn migrate(old: Old) -> Result<Self, UnsealError>;
}

#[diagnostic::do_not_recommend]
impl<Old, New> Migrate<Old> for New
where
    Old: IronSession,
    New: IronSession + TryFrom<Old, Error: fmt::Display>,
{
    fn migrate(old: Old) -> Result<Self, UnsealError> {
        Self::try_from(old)
            .map_err(|error| UnsealError::migration(Old::SCHEMA.version(), New::SCHEMA.version(), &error))
    }
}

/// Reads a payload of version `found`, which versions from `readable_by` on can read.
pub(crate) fn load<T: IronSession>(
    found: u32,
    readable_by: u32,
    source: &mut Source<'_>,
) -> Result<T, UnsealError> {
    let known = T::SCHEMA.version();
    if found <= known {
        load_older(found, source)
    } else if readable_by <= known {
        Ok(source.decode()?)
    } else {
        Err(UnsealError::NewerSchema { found, known })
    }
}

/// Reads a payload of this version or an older one.
fn load_older<T: IronSession>(found: u32, source: &mut Source<'_>) -> Result<T, UnsealError> {
    let oldest = T::SCHEMA.readable_by();
    match older::<T>(found) {
        Some(previous) => (previous.load)(found, source),
        // Versions that may read each other's payloads have one form.
        None if found >= oldest => Ok(source.decode()?),
        None => Err(UnsealError::OlderSchema { found, oldest }),
    }
}

/// Returns the previous version if it must read a payload.
fn older<T: IronSession>(found: u32) -> Option<Previous<T>> {
    T::PREVIOUS.filter(|previous| found <= previous.schema.version())
}

/// Returns whether a payload of this version belongs to another struct.
pub(crate) fn is_migrated<T: IronSession>(found: u32) -> bool {
    older::<T>(found).is_some()
}

/// Returns whether a struct between this version and `T` knows a member, even if only to
/// forget it.
pub(crate) fn is_known<T: IronSession>(found: u32, name: &str) -> bool {
    T::canonical(name).is_some()
        || T::SCHEMA.forgets(name)
        || older::<T>(found).is_some_and(|previous| (previous.is_known)(found, name))
}

/// Panics with a message, in a constant as a compile error, unless `T` can follow its
/// previous version.
///
/// # Panics
///
/// Panics if it can't.
#[track_caller]
pub const fn assert_follows<T: IronSession>() {
    if let Some(previous) = &T::PREVIOUS {
        let mistake = mistake(T::SCHEMA, previous.schema, previous.gap);
        assert!(mistake.is_empty(), "{}", mistake.as_str());
    }
}

/// Returns why one version can't follow the other; empty if it can.
const fn mistake(new: Schema, old: Schema, gap: bool) -> ConstText {
    let mut text = ConstText::new();
    let oldest_of_its_shape = new.readable_by();
    text.push("`");
    text.push(new.name());
    if old.version() >= new.version() {
        text.push("` has version ");
        text.push_number(new.version());
        text.push(", but its previous struct `");
        text.push(old.name());
        text.push(if old.version() == new.version() { "` also has version " } else { "` has version " });
        text.push_number(old.version());
        text.push("; `previous` must name a struct with a lower version");
    } else if old.version() + 1 < oldest_of_its_shape && !gap {
        text.push("` reads version ");
        text.push_number(oldest_of_its_shape);
        text.push(" and its previous struct `");
        text.push(old.name());
        text.push("` reads version ");
        text.push_number(old.version());
        text.push(", but nothing reads version ");
        text.push_number(old.version() + 1);
        text.push("; set `previous` to the struct of version ");
        text.push_number(oldest_of_its_shape - 1);
        text.push(", or add `gap` if no cookie has a version in between");
    } else if new.is_read_by_javascript() != old.is_read_by_javascript() {
        let (with, without) =
            if new.is_read_by_javascript() { (new.name(), old.name()) } else { (old.name(), new.name()) };
        text.push("` and its previous struct share the cookie, so both or neither must have `javascript`; `");
        text.push(with);
        text.push("` has it, `");
        text.push(without);
        text.push("` does not");
    } else if new.untagged() <= old.version() && new.untagged() != old.untagged() {
        text.push("` treats a cookie without a tag as version ");
        text.push_number(new.untagged());
        text.push(", but its previous struct `");
        text.push(old.name());
        text.push("` treats it as version ");
        text.push_number(old.untagged());
        text.push("; set the same `untagged` in both");
    } else if new.untagged() > old.version() && new.untagged() < oldest_of_its_shape {
        text.push("` treats a cookie without a tag as version ");
        text.push_number(new.untagged());
        text.push(", but nothing reads that version; `previous` reads the versions up to ");
        text.push_number(old.version());
        text.push(", and this struct those from ");
        text.push_number(oldest_of_its_shape);
        text.push(": set `untagged` to one of these");
    } else {
        return ConstText::new();
    }
    text
}
