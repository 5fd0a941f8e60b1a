//! The text inside a seal: JSON that is checked, taken apart, merged and written. It knows no
//! session.

#[cfg(feature = "server-state")]
mod both;
mod complete;
#[cfg(feature = "compress")]
mod compressed;
mod encode_json;
mod envelope;
mod hidden;
mod identity;
mod members;
mod merge;
mod order;
mod origin;
mod scan;
mod text;
mod value;

#[cfg(feature = "server-state")]
pub(crate) use both::{add_both, merge_both};
pub(crate) use complete::complete;
#[cfg(feature = "compress")]
pub(crate) use compressed::compress;
pub(crate) use encode_json::write_json;
pub(crate) use envelope::{ENVELOPE_BYTES, Envelope, Stamp};
pub(crate) use hidden::Hidden;
pub use identity::Identity;
pub(crate) use members::{Member, Members, Spot, members_of};
pub(crate) use merge::{Fragment, ObjectWriter, merge_value};
pub(crate) use order::is_reordered;
pub(crate) use scan::{Scanner, holds_rounded_integer, kind};
pub(crate) use text::{Text, replace};
pub(crate) use value::{count_items, decode_value, encode_value, holds_no_number};
