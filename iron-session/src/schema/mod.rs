//! The facts of a session type: its version, its cookies, and how large its fields can be.

mod bounds;
mod budget;
mod const_text;
mod facts;
mod left_out;
pub mod max_size;
pub(crate) mod secret;
#[cfg(any(
    feature = "chrono",
    feature = "jiff",
    feature = "rust_decimal",
    feature = "time",
    feature = "uuid"
))]
mod value_types;

pub use bounds::Bounds;
pub use budget::{Budget, FieldBudget};
pub use const_text::ConstText;
pub use facts::Schema;
pub use left_out::LeftOut;
pub use max_size::MaxSize;

pub use crate::codec::{Decoder, Encoder, IronSession, Previous, Untyped};
pub use crate::payload::Identity;
