//! Defines the errors: one enum for each operation.
//!
//! No error carries a password, a seal or a payload's content, so that every
//! one of them may be logged. An application's own errors are passed on: those of
//! its `Serialize` and `TryFrom`. Whatever others have chosen (these texts, and
//! the names of members) is escaped and cut, so that a log line stays one line.
//! None of the errors belongs in a response.

mod guard;
mod options;
mod password;
mod payload;
mod seal;
mod session;
mod text;

pub use guard::{CrossOriginError, TrustedOriginError};
pub use options::OptionsError;
pub use password::PasswordError;
pub use payload::{DecodeError, EncodeError, FieldTooLarge, Misread};
pub use seal::{SealError, UnsealError};
pub use session::{Conflict, ExtractError, SaveError};
