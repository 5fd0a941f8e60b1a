//! The layer for any tower service that speaks `http` 1: axum, tonic, …
//!
//! ```
//! # #[cfg(feature = "derive")] {
//! use iron_session::{IronSession, Passwords, SessionLayer, SessionOptions};
//!
//! #[derive(IronSession, Clone)]
//! struct AppSession {
//!     user_id: Option<u64>,
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
//! let options = SessionOptions::builder("app_session", passwords).build()?;
//! let layer = SessionLayer::<AppSession>::new(options)?;
//! # Ok(())
//! # }
//! # main().unwrap();
//! # }
//! ```

mod body;
mod cross_origin;
pub(crate) mod layer;
mod service;

use http::{Request, request};

use crate::codec::IronSession;
use crate::session::{CarriesSessions, RequestSession, RequestSessions};
pub use body::SessionBody;
pub use cross_origin::{CrossOriginFuture, CrossOriginService};
pub use service::{ResponseFuture, SessionService};

/// The path and the query of a request before a nested router removed its own path from it.
#[cfg(feature = "axum")]
#[derive(Clone)]
struct Target(http::uri::PathAndQuery);

/// Remembers the path of a request that a guard may send to the sign-in page and back. The
/// outermost layer knows most of it.
#[cfg(feature = "axum")]
fn remember_target(parts: &mut request::Parts) {
    if let (None, Some(target)) = (parts.extensions.get::<Target>(), parts.uri.path_and_query()) {
        let target = target.clone();
        parts.extensions.insert(Target(target));
    }
}

/// Returns the path and the query of a request as the session layer got it.
#[cfg(feature = "axum")]
pub(super) fn target(parts: &request::Parts) -> &str {
    let here = parts.uri.path_and_query();
    let target = parts.extensions.get::<Target>().map(|target| &target.0).or(here);
    target.map_or("/", http::uri::PathAndQuery::as_str)
}

const LAYER: &str = "SessionLayer";

impl<Body> CarriesSessions for Request<Body> {
    const LAYER: &'static str = LAYER;

    fn session<T: IronSession>(&self) -> Option<RequestSession<T>> {
        self.extensions().get::<RequestSessions>()?.get()
    }

    fn header_values(&self, name: &'static str) -> impl Iterator<Item: AsRef<[u8]>> {
        self.headers().get_all(name).iter()
    }
}

impl CarriesSessions for request::Parts {
    const LAYER: &'static str = LAYER;

    fn session<T: IronSession>(&self) -> Option<RequestSession<T>> {
        self.extensions.get::<RequestSessions>()?.get()
    }

    fn header_values(&self, name: &'static str) -> impl Iterator<Item: AsRef<[u8]>> {
        self.headers.get_all(name).iter()
    }
}
