//! Helpers for the tests of applications: cookies of any version, visitors without a browser,
//! rolling deploys, and schema files.
//!
//! They need the feature `testing`, which belongs in `dev-dependencies`:
//!
//! ```toml
//! [dev-dependencies]
//! iron-session = { version = "0.1", features = ["testing"] }
//! ```
//!
//! Set the time with a [`ManualClock`](crate::clock::ManualClock) in
//! [`SessionOptionsBuilder::clock`](crate::SessionOptionsBuilder::clock). A failure
//! here is a failed test, so these functions panic.

#![expect(clippy::panic, reason = "a test fails by panicking")]

mod block_on;
mod deploy;
#[cfg(feature = "json-schema")]
mod schema_file;
#[cfg(feature = "server-state")]
mod store;
mod visitor;

pub use deploy::{RollingDeploy, Server};
#[cfg(feature = "json-schema")]
pub use schema_file::{__assert_schema_file, __assert_schema_reads, assert_schema};
#[cfg(feature = "server-state")]
pub use store::check_store;
pub use visitor::Visitor;

use crate::codec::IronSession;
use crate::options::SessionOptions;

/// Returns the `Cookie` header of a browser that has this session.
///
/// For an older struct, it is the cookie that an older release wrote.
///
/// # Panics
///
/// Panics if the session can't be saved with these options.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use iron_session::testing::cookie_header;
/// use iron_session::{IronSession, Passwords, SessionOptions};
///
/// #[derive(IronSession, Clone)]
/// struct AppSession {
///     user_id: Option<u64>,
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
/// let options = SessionOptions::builder("app_session", passwords).build()?;
/// let header = cookie_header(&options, &AppSession { user_id: Some(42) });
/// // Request::get("/account").header("cookie", header)
/// assert!(header.starts_with("app_session=Fe26.2*1*"));
/// # Ok(())
/// # }
/// # main().unwrap();
/// # }
/// ```
#[track_caller]
pub fn cookie_header<T: IronSession>(options: &SessionOptions, session: &T) -> String {
    let mut visitor = Visitor::new();
    visitor.visit::<T, _>(options, |new| **new = session.clone());
    visitor.cookie_header()
}
