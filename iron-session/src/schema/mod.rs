//! What a session type says about itself.

mod bounds;
mod budget;
mod const_text;
mod identity;
#[cfg(feature = "schema")]
pub mod json;
mod left_out;
pub mod max_size;
pub(crate) mod secret;
mod untyped;
#[cfg(any(
    feature = "chrono",
    feature = "jiff",
    feature = "rust_decimal",
    feature = "time",
    feature = "uuid"
))]
mod value_types;
pub(crate) mod version;

pub use bounds::Bounds;
pub use budget::{Budget, FieldBudget};
pub use const_text::ConstText;
pub use identity::Identity;
#[cfg(feature = "schema")]
pub use json::WireSchema;
pub use left_out::LeftOut;
pub use max_size::MaxSize;
pub use untyped::Untyped;
pub use version::Previous;

use crate::error::{DecodeError, EncodeError};
use crate::payload::Metadata;
pub use crate::payload::{Decoder, Encoder};

/// The most chunks a session can be cut into: iron-session's limit.
pub const MAX_CHUNKS: usize = 4;

/// The bytes of each `Set-Cookie` line that a session type leaves to the
/// cookie's name, its attributes and the password's id.
pub const DEFAULT_OVERHEAD_BYTES: usize = 128;

/// A type that a session can hold: derive it.
///
/// The methods are for the runtime. An implementation by hand must encode each
/// member under the one name that [`canonical`](IronSession::canonical) gives,
/// and decode an encoded value to an equal one: a session that would not be read
/// as it was set is not saved.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use iron_session::IronSession;
///
/// #[derive(IronSession, Clone)]
/// struct AppSession {
///     user_id: Option<u64>,
///     #[session(flash)]
///     notice: Option<String>,
/// }
///
/// let mut session = AppSession::empty();
/// session.set_user_id(42);
/// assert_eq!(session.user_id(), Some(&42));
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a session",
    label = "add `#[derive(IronSession, Clone)]` to it"
)]
pub trait IronSession: Clone + Send + Sync + 'static {
    /// What the struct says about itself.
    const SCHEMA: Schema;

    /// What each field can need at most; nothing for a type that can't tell.
    const FIELDS: &'static [FieldBudget] = &[];

    /// The version before this one, as which older cookies are read.
    const PREVIOUS: Option<Previous<Self>> = None;

    /// Returns the cookie budget: what the fields can need at most, and what fits.
    fn budget() -> Budget {
        Budget::new(Self::SCHEMA, Self::FIELDS)
    }

    /// Makes the empty session: every field's default.
    #[doc(alias("default", "new"))]
    fn empty() -> Self;

    /// Reads a member into the field that goes by its name; does nothing for a
    /// name that the type does not know.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Member`] when the member does not fit its field.
    fn decode(&mut self, name: &str, decoder: &mut Decoder<'_>) -> Result<(), DecodeError>;

    /// Hands every member to the encoder.
    ///
    /// # Errors
    ///
    /// [`EncodeError`] when a field can't be encoded.
    fn encode(&self, encoder: &mut Encoder) -> Result<(), EncodeError>;

    /// Returns which fields are empty and of a kind that is left out then; none for a
    /// type that can't tell.
    ///
    /// The runtime looks at it before each change, so that a value that is set after
    /// another was cleared inherits nothing of that one.
    fn left_out(&self) -> LeftOut {
        LeftOut::NONE
    }

    /// Returns the name under which a member is written, for any name or alias
    /// that the type reads; `None` for a member that it does not know.
    fn canonical(name: &str) -> Option<&str>;
}

/// The facts about a session type that do not depend on a value.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Schema {
    name: &'static str,
    version: Option<u32>,
    untagged: u32,
    readable_by: Option<u32>,
    max_cookies: Option<usize>,
    overhead_bytes: usize,
    reserve_unknown_bytes: usize,
    javascript: bool,
    compress: bool,
    forgotten: &'static [&'static str],
}

impl Schema {
    /// Describes a type: version 1, one cookie.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            version: None,
            untagged: 1,
            readable_by: None,
            max_cookies: Some(1),
            overhead_bytes: DEFAULT_OVERHEAD_BYTES,
            reserve_unknown_bytes: 0,
            javascript: false,
            compress: false,
            forgotten: &[],
        }
    }

    /// Sets the schema version, with which every cookie is tagged, and the version
    /// that a cookie without a tag has.
    pub const fn with_version(self, version: u32, untagged: u32) -> Self {
        Self { version: Some(version), untagged, ..self }
    }

    /// Sets the oldest version that may read this one's cookies.
    pub const fn with_readable_by(self, readable_by: u32) -> Self {
        Self { readable_by: Some(readable_by), ..self }
    }

    /// Sets how many cookies the session may use: 1 to 4.
    pub const fn with_max_cookies(self, max_cookies: usize) -> Self {
        Self { max_cookies: Some(max_cookies), ..self }
    }

    /// Sets the bytes of each `Set-Cookie` line that are left to the cookie's
    /// name, its attributes and the password's id.
    pub const fn with_overhead_bytes(self, overhead_bytes: usize) -> Self {
        Self { overhead_bytes, ..self }
    }

    /// Leaves room in the budget for members that other programs add.
    pub const fn with_reserve_unknown_bytes(self, reserve_unknown_bytes: usize) -> Self {
        Self { reserve_unknown_bytes, ..self }
    }

    /// Returns the room that is left for members that other programs add.
    pub const fn reserve_unknown_bytes(&self) -> usize {
        self.reserve_unknown_bytes
    }

    /// Says that JavaScript reads and writes the session too.
    pub const fn with_javascript(self) -> Self {
        Self { javascript: true, ..self }
    }

    /// Tells whether JavaScript reads the session too.
    pub const fn is_read_by_javascript(&self) -> bool {
        self.javascript
    }

    /// Lets the payload be compressed where that spares a cookie, with the crate's
    /// feature `compress`.
    pub const fn with_compress(self) -> Self {
        Self { compress: true, ..self }
    }

    /// Tells whether the payload may be compressed.
    pub const fn may_compress(&self) -> bool {
        self.compress
    }

    /// Names members that no field reads, to be dropped at the next write.
    pub const fn with_forgotten(self, forgotten: &'static [&'static str]) -> Self {
        Self { forgotten, ..self }
    }

    /// Returns the members that are dropped at the next write.
    pub const fn forgotten(&self) -> &'static [&'static str] {
        self.forgotten
    }

    /// Tells whether a member is dropped at the next write.
    pub(crate) fn forgets(&self, name: &str) -> bool {
        self.forgotten.contains(&name)
    }

    /// Leaves the number of cookies to the options, and reads every version.
    pub(crate) const fn untyped(self) -> Self {
        Self { max_cookies: None, untagged: u32::MAX, readable_by: Some(0), ..self }
    }

    /// Returns the type's name, for messages.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the schema version; 1 unless the type says otherwise.
    pub const fn version(&self) -> u32 {
        match self.version {
            Some(version) => version,
            None => self.untagged,
        }
    }

    /// Tells whether the type gave itself a version, and so tags its cookies.
    pub const fn is_tagged(&self) -> bool {
        self.version.is_some()
    }

    /// Returns the version that a cookie without a tag has.
    pub const fn untagged(&self) -> u32 {
        self.untagged
    }

    /// Returns the oldest version that may read this one's cookies; the version
    /// itself unless the type says otherwise.
    pub const fn readable_by(&self) -> u32 {
        match self.readable_by {
            Some(readable_by) => readable_by,
            None => self.version(),
        }
    }

    /// What every cookie is tagged with: the version, and the oldest that may read it.
    pub(crate) fn tag(&self) -> Option<(u32, Option<u32>)> {
        self.version.map(|version| (version, self.readable_by))
    }

    /// The most bytes of the metadata of a session of this type, comma included.
    const fn metadata_max_bytes(&self) -> usize {
        match self.version {
            Some(_) => Metadata::max_bytes(self.version, self.readable_by),
            None => Metadata::max_bytes(None, None),
        }
    }

    /// Returns how many cookies the session may use; `None` when the options say.
    pub const fn max_cookies(&self) -> Option<usize> {
        self.max_cookies
    }

    /// Returns the bytes of each `Set-Cookie` line that are left to name,
    /// attributes and password id.
    pub const fn overhead_bytes(&self) -> usize {
        self.overhead_bytes
    }
}
