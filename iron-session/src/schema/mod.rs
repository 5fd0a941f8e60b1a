//! The description of a session type.

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
use crate::limits::DEFAULT_OVERHEAD_BYTES;
use crate::payload::Metadata;
pub use crate::payload::{Decoder, Encoder};

/// Describes a type that a session can hold. Derive it.
///
/// The runtime calls the methods. A manual implementation must encode each member under the
/// one name that [`canonical`](IronSession::canonical) returns, and decode an encoded value
/// to an equal one. A session that would be read back differently is not saved.
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
    label = "add `#[derive(IronSession, Clone)]` to this type"
)]
pub trait IronSession: Clone + Send + Sync + 'static {
    /// The properties of the struct.
    const SCHEMA: Schema;

    /// The largest size of each field. It is empty for a type that does not know them.
    const FIELDS: &'static [FieldBudget] = &[];

    /// The previous version, which reads older cookies.
    const PREVIOUS: Option<Previous<Self>> = None;

    /// Returns the cookie budget: the most that the fields can need, and how much fits.
    fn budget() -> Budget {
        Budget::new(Self::SCHEMA, Self::FIELDS)
    }

    /// Creates the empty session, with each field's default.
    #[doc(alias("default", "new"))]
    fn empty() -> Self;

    /// Decodes a member into the field with that name. Does nothing for a name that the type
    /// does not know.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Member`] if the member does not fit its field.
    fn decode(&mut self, name: &str, decoder: &mut Decoder<'_>) -> Result<(), DecodeError>;

    /// Passes every member to the encoder.
    ///
    /// # Errors
    ///
    /// [`EncodeError`] if a field can't be encoded.
    fn encode(&self, encoder: &mut Encoder) -> Result<(), EncodeError>;

    /// Returns which fields are empty and would be left out. It returns none for a type that
    /// does not know.
    ///
    /// The runtime calls it before each change, so that a value that is set after another one
    /// was cleared does not inherit that one's unknown members.
    fn left_out(&self) -> LeftOut {
        LeftOut::NONE
    }

    /// Returns the name under which a member is written, for any name or alias that the type
    /// reads; `None` for a member that it does not know.
    fn canonical(name: &str) -> Option<&str>;
}

/// Holds the properties of a session type that do not depend on a value.
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
    /// Describes a type with version 1 and one cookie.
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

    /// Sets the schema version, which tags every cookie, and the version of a cookie without
    /// a tag.
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

    /// Sets the bytes of each `Set-Cookie` line that are reserved for the cookie's name, its
    /// attributes and the password's id. Default: 128.
    pub const fn with_overhead_bytes(self, overhead_bytes: usize) -> Self {
        Self { overhead_bytes, ..self }
    }

    /// Reserves room in the budget for members that other programs add.
    pub const fn with_reserve_unknown_bytes(self, reserve_unknown_bytes: usize) -> Self {
        Self { reserve_unknown_bytes, ..self }
    }

    /// Returns the room that is reserved for members that other programs add.
    pub const fn reserve_unknown_bytes(&self) -> usize {
        self.reserve_unknown_bytes
    }

    /// Declares that JavaScript reads and writes the session too.
    pub const fn with_javascript(self) -> Self {
        Self { javascript: true, ..self }
    }

    /// Returns whether JavaScript reads and writes the session too.
    pub const fn is_read_by_javascript(&self) -> bool {
        self.javascript
    }

    /// Allows the payload to be compressed if that saves a cookie, with the crate's feature
    /// `compress`.
    pub const fn with_compress(self) -> Self {
        Self { compress: true, ..self }
    }

    /// Returns whether the payload may be compressed.
    pub const fn may_compress(&self) -> bool {
        self.compress
    }

    /// Sets the members that no field reads and that are dropped at the next write.
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

    /// The maximum bytes of the metadata of a session of this type, comma included.
    const fn metadata_max_bytes(&self) -> usize {
        match self.version {
            Some(_) => Metadata::max_bytes(self.version, self.readable_by),
            None => Metadata::max_bytes(None, None),
        }
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
