//! Cookies: `Set-Cookie` lines, chunks, and reading a `Cookie` header.
//!
//! The shapes are iron-session 9's: a seal stands whole under `name`, or is cut
//! into chunks `name.0` … `name.3` that are joined again by plain concatenation.

mod attributes;
mod candidate;
mod header;
mod open;
mod shape;

pub(crate) use attributes::{AttributeText, Attributes};
pub use attributes::{Priority, SameSite};
#[cfg(feature = "inspect")]
pub use candidate::{Candidate, candidates};
pub(crate) use header::Received;
pub(crate) use open::{Refused, open};
pub(crate) use shape::{CHUNK_SUFFIXES, Shape, TooLarge, cookie_header_bytes};

/// The longest `Set-Cookie` line, attributes included. Browsers count name and
/// value only (Chromium 156: 4096 bytes together), others differ; the whole
/// line is the rule that all of them keep, and iron-session 9's.
pub const MAX_LINE_BYTES: usize = 4096;
