//! The facts of a session type: its version, its cookies, and who else uses it.

use super::storage::Storage;
use crate::limits::{
    DEFAULT_OVERHEAD_BYTES, DEFAULT_RECORD_BYTES, ISSUED_AT_BYTES, MAX_LIFETIME_SECS, SESSION_ID_BYTES,
    digits,
};

/// Holds the properties of a session type that do not depend on a value.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[must_use]
pub struct Schema {
    name: &'static str,
    version: Option<u32>,
    untagged: u32,
    readable_by: Option<u32>,
    max_cookies: Option<usize>,
    storage: Storage,
    max_record_bytes: usize,
    overhead_bytes: usize,
    reserve_unknown_bytes: usize,
    javascript: bool,
    compress: bool,
    revocable: bool,
    subject: bool,
    forgotten: &'static [&'static str],
}

impl Schema {
    /// Describes a type with version 1 and one cookie.
    #[doc(hidden)]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            version: None,
            untagged: 1,
            readable_by: None,
            max_cookies: Some(1),
            storage: Storage::Cookie,
            max_record_bytes: DEFAULT_RECORD_BYTES,
            overhead_bytes: DEFAULT_OVERHEAD_BYTES,
            reserve_unknown_bytes: 0,
            javascript: false,
            compress: false,
            revocable: false,
            subject: false,
            forgotten: &[],
        }
    }

    /// Sets the schema version, which tags every cookie, and the version of a cookie without
    /// a tag.
    #[doc(hidden)]
    pub const fn with_version(self, version: u32, untagged: u32) -> Self {
        Self { version: Some(version), untagged, ..self }
    }

    /// Sets the oldest version that may read this one's cookies.
    #[doc(hidden)]
    pub const fn with_readable_by(self, readable_by: u32) -> Self {
        Self { readable_by: Some(readable_by), ..self }
    }

    /// Sets how many cookies the session may use: 1 to 4.
    #[doc(hidden)]
    pub const fn with_max_cookies(self, max_cookies: usize) -> Self {
        Self { max_cookies: Some(max_cookies), ..self }
    }

    /// Sets the bytes of each `Set-Cookie` line that are reserved for the cookie's name, its
    /// attributes and the password's id. Default: 128.
    #[doc(hidden)]
    pub const fn with_overhead_bytes(self, overhead_bytes: usize) -> Self {
        Self { overhead_bytes, ..self }
    }

    /// Reserves room in the budget for members that other programs add.
    #[doc(hidden)]
    pub const fn with_reserve_unknown_bytes(self, reserve_unknown_bytes: usize) -> Self {
        Self { reserve_unknown_bytes, ..self }
    }

    /// Returns the room that is reserved for members that other programs add.
    pub const fn reserve_unknown_bytes(&self) -> usize {
        self.reserve_unknown_bytes
    }

    /// Declares that JavaScript reads and writes the session too.
    #[doc(hidden)]
    pub const fn with_javascript(self) -> Self {
        Self { javascript: true, ..self }
    }

    /// Returns whether JavaScript reads and writes the session too.
    pub const fn is_read_by_javascript(&self) -> bool {
        self.javascript
    }

    /// Allows the payload to be compressed if that saves a cookie, with the crate's feature
    /// `compress`.
    #[doc(hidden)]
    pub const fn with_compress(self) -> Self {
        Self { compress: true, ..self }
    }

    /// Returns whether the payload may be compressed.
    pub const fn may_compress(&self) -> bool {
        self.compress
    }

    /// Gives every session an id and a time of issue.
    #[doc(hidden)]
    pub const fn with_revocable(self) -> Self {
        Self { revocable: true, ..self }
    }

    /// Declares that a field says who is signed in.
    #[doc(hidden)]
    pub const fn with_subject(self) -> Self {
        Self { subject: true, ..self }
    }

    /// Returns whether a field says who is signed in.
    pub const fn has_subject(&self) -> bool {
        self.subject
    }

    /// Returns whether every session has an id and a time of issue: the type is revocable, or its
    /// sessions may be in the store.
    pub const fn is_revocable(&self) -> bool {
        self.revocable || self.storage.may_be_record()
    }

    /// Sets where sessions are kept.
    #[doc(hidden)]
    pub const fn with_storage(self, storage: Storage) -> Self {
        Self { storage, ..self }
    }

    /// Returns where sessions are kept. Default: in their cookies.
    pub const fn storage(&self) -> Storage {
        self.storage
    }

    /// Sets how large the payload of a record may be.
    #[doc(hidden)]
    pub const fn with_max_record_bytes(self, max_record_bytes: usize) -> Self {
        Self { max_record_bytes, ..self }
    }

    /// Returns how large the payload of a record may be, in bytes. Default: 65536.
    pub const fn max_record_bytes(&self) -> usize {
        self.max_record_bytes
    }

    /// Sets the members that no field reads and that are dropped at the next write.
    #[doc(hidden)]
    pub const fn with_forgotten(self, forgotten: &'static [&'static str]) -> Self {
        Self { forgotten, ..self }
    }

    /// Returns the members that are dropped at the next write.
    pub const fn forgotten(&self) -> &'static [&'static str] {
        self.forgotten
    }

    /// Returns whether a member is dropped at the next write.
    pub(crate) fn forgets(&self, name: &str) -> bool {
        self.forgotten.contains(&name)
    }

    /// Returns whether the type has no struct, so that the options decide what a struct would.
    pub(crate) const fn is_untyped(&self) -> bool {
        self.max_cookies.is_none()
    }

    /// Leaves the number of cookies to the options, and reads every version.
    pub(crate) const fn untyped(self) -> Self {
        Self { max_cookies: None, untagged: u32::MAX, readable_by: Some(0), ..self }
    }

    /// Returns the type's name, for messages.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the schema version. Default: 1.
    pub const fn version(&self) -> u32 {
        match self.version {
            Some(version) => version,
            None => self.untagged,
        }
    }

    /// Returns whether the type declares a version, and so tags its cookies.
    pub const fn is_tagged(&self) -> bool {
        self.version.is_some()
    }

    /// Returns the version that a cookie without a tag has.
    pub const fn untagged(&self) -> u32 {
        self.untagged
    }

    /// Returns the oldest version that may read this one's cookies. Default: the version
    /// itself.
    pub const fn readable_by(&self) -> u32 {
        match self.readable_by {
            Some(readable_by) => readable_by,
            None => self.version(),
        }
    }

    /// The tag of every cookie: the version, and the oldest one that may read it.
    pub(crate) fn tag(&self) -> Option<(u32, Option<u32>)> {
        self.version.map(|version| (version, self.readable_by))
    }

    /// The maximum bytes of the metadata of a session of this type.
    pub(super) const fn metadata_max_bytes(&self) -> usize {
        let mut bytes = r#""$":{"t":}"#.len() + digits(MAX_LIFETIME_SECS);
        if let Some(version) = self.version {
            bytes += r#""v":,"#.len() + digits(version as u64);
            if let Some(readable_by) = self.readable_by {
                bytes += r#""r":,"#.len() + digits(readable_by as u64);
            }
        }
        if self.is_revocable() {
            bytes += ISSUED_AT_BYTES + SESSION_ID_BYTES;
        }
        bytes
    }

    /// Returns how many cookies the session may use; `None` if the options decide.
    pub const fn max_cookies(&self) -> Option<usize> {
        self.max_cookies
    }

    /// Returns the bytes of each `Set-Cookie` line that are reserved for name, attributes and
    /// password id.
    pub const fn overhead_bytes(&self) -> usize {
        self.overhead_bytes
    }
}
