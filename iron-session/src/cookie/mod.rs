//! Cookies: `Set-Cookie` lines, chunks, and reading a `Cookie` header.
//!
//! The forms are those of iron-session 9: a seal is stored whole under `name`, or is cut into
//! chunks `name.0` … `name.3`, which are joined by plain concatenation. Those of h3 2 are the
//! exception: see [`Profile`](crate::Profile).

pub(crate) mod attributes;
mod candidate;
mod carrier;
mod header;
mod layout;
mod open;
mod refusal;

pub(crate) use attributes::{AttributeText, Attributes};
pub(crate) use attributes::{Priority, SameSite};
#[cfg(feature = "inspect")]
pub use candidate::{Candidate, candidates};
pub(crate) use carrier::Carrier;
pub(crate) use header::Received;
#[cfg(feature = "inspect")]
pub use header::session_name;
pub(crate) use layout::{DoesNotFit, Layout, cookie_header_bytes, joined_value};
pub(crate) use open::{Age, Found, Refused, Unread, open};

pub use crate::limits::{MAX_CHUNKS, MAX_LINE_BYTES};
