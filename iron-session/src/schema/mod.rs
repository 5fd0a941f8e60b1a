//! The facts of a session type: its version, its cookies, and how large its fields can be.
//!
//! Generated code finds the parts that no user needs in `__private`.

pub(crate) mod bounded;
pub(crate) mod bounds;
mod budget;
pub(crate) mod const_text;
mod facts;
pub(crate) mod field_budget;
mod items;
pub(crate) mod left_out;
pub(crate) mod max_size;
pub(crate) mod probe;
pub(crate) mod secret;
pub(crate) mod size;
mod storage;
#[cfg(any(
    feature = "chrono",
    feature = "jiff",
    feature = "rust_decimal",
    feature = "time",
    feature = "uuid"
))]
mod value_types;

pub use budget::Budget;
pub use facts::Schema;
pub use items::Items;
pub use storage::Storage;
