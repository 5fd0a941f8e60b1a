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
mod reports;
mod scopes;
pub(crate) mod session_options;
mod storage;

pub use checked::CheckedOptions;
pub(crate) use lifetime::Validity;
pub use session_options::OnSaveError;
pub(crate) use session_options::SessionOptions;
