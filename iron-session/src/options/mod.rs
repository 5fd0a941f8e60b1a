//! The settings of a session, their defaults, and the reasons for the defaults.
//!
//! [`SessionOptions`] and their builder are at the root of the crate.

mod absolute_timeout;
pub(crate) mod builder;
mod check;
mod checked;
mod cookie_lifetime;
mod difference;
mod lifetime;
#[cfg(feature = "server-state")]
mod max_sessions;
mod reports;
mod scopes;
pub(crate) mod session_options;
mod storage;

pub use checked::CheckedOptions;
pub(crate) use lifetime::Validity;
#[cfg(feature = "server-state")]
pub(crate) use max_sessions::MaxSessions;
#[cfg(feature = "server-state")]
pub use max_sessions::OnMaxSessions;
pub use session_options::OnSaveError;
pub(crate) use session_options::SessionOptions;
