//! Defines the errors: one enum for each operation.
//!
//! An error's text describes its own layer, and [`source`](std::error::Error::source) returns
//! the cause. Enums and variants with fields are non-exhaustive: match them with `..`.
//!
//! No error carries a password, a seal or a payload's content, so every error may be logged.
//! The texts of an application's own errors, from its `Serialize` and `TryFrom`, are part of
//! the chain. Texts that others have chosen, such as these and the names of members, are
//! escaped and cut, so that they stay on one line of a log. No error belongs in a response.

use std::error::Error as StdError;

#[cfg(all(test, feature = "server-state"))]
mod catalogue;
mod guard;
#[cfg(feature = "server-state")]
mod key_ring;
mod options;
mod password;
mod payload;
mod place;
mod reason;
mod seal;
#[cfg(feature = "server-state")]
mod server_state;
mod session;
mod text;

pub use guard::{AccessError, CrossOriginError, CsrfError, ReturnToError, TrustedOriginError};
#[cfg(feature = "server-state")]
pub use key_ring::KeyRingError;
pub use options::OptionsError;
pub use password::PasswordError;
pub use payload::{DecodeError, EncodeError, FieldTooLarge, Misread, Unit};
pub use place::Place;
pub use reason::Reason;
pub use seal::{SealError, UnsealError};
#[cfg(feature = "file-store")]
pub use server_state::FileStoreError;
#[cfg(feature = "redis-store")]
pub use server_state::RedisStoreError;
#[cfg(feature = "server-state")]
pub use server_state::{ClaimError, RevokeError, ServerStateError, SignInError, StoreError};
pub use session::{Action, Conflict, ExtractError, LargeMember, SaveError};

/// An error of another crate, which is no part of the public interface.
type Cause = Box<dyn StdError + Send + Sync>;
