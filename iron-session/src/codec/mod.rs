//! A session type, read from a payload and written over it.

mod change;
mod compare;
mod compose;
mod deadline;
mod decoder;
mod encoder;
mod lookup;
mod metadata;
mod ordinary;
mod payload;
#[cfg(feature = "server-state")]
mod rebase;
mod reread;
#[cfg(feature = "compress")]
mod secrets_written;
mod session_id;
mod session_type;
mod single_pass;
mod source;
mod untyped;
mod version;
mod write;

pub(crate) use change::{Inherits, SessionChange};
#[cfg(feature = "json-schema")]
pub(crate) use deadline::{UNTIL, VALUE};
pub use decoder::Decoder;
pub use encoder::Encoder;
pub use metadata::Lifetime;
pub(crate) use metadata::Metadata;
pub(crate) use payload::{Payload, Read};
#[cfg(feature = "server-state")]
pub(crate) use rebase::rebase;
#[cfg(feature = "compress")]
pub(crate) use secrets_written::note as note_secret;
pub use session_id::{ParseSessionIdError, SessionId};
pub use session_type::IronSession;
pub use untyped::Untyped;
pub use version::{Previous, assert_follows};
pub(crate) use write::{Written, write};
