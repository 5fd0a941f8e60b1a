//! The hoop for salvo 1, `Session<T>` as its extractor, and [`SessionDepotExt`](crate::SessionDepotExt).
//!
//! ```
//! # #[cfg(feature = "derive")] {
//! use iron_session::{IronSession, Passwords, Session, SessionHoop, SessionOptions};
//! use salvo::prelude::*;
//!
//! #[derive(IronSession, Clone)]
//! struct AppSession {
//!     visits: u32,
//! }
//!
//! #[handler]
//! async fn count(mut session: Session<AppSession>) -> String {
//!     *session.visits_mut() += 1;
//!     session.visits().to_string()
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
//! let options = SessionOptions::builder("app_session", passwords).build()?;
//! let router = Router::new().hoop(SessionHoop::<AppSession>::new(options.clone())?).get(count);
//! # let hoop = SessionHoop::<AppSession>::new(options)?;
//! # tokio_test::block_on(async {
//! #     let mut ctrl = salvo::FlowCtrl::new(vec![std::sync::Arc::new(hoop), std::sync::Arc::new(count)]);
//! #     let (mut request, mut depot, mut response) = Default::default();
//! #     ctrl.call_next(&mut request, &mut depot, &mut response).await;
//! #     assert!(response.headers().contains_key("set-cookie"));
//! # });
//! # Ok(())
//! # }
//! # main().unwrap();
//! # }
//! ```

mod access;
mod cross_origin;
mod csrf;
pub(crate) mod depot;
pub(crate) mod hoop;

use salvo::extract::Metadata;
use salvo::http::StatusCode;
use salvo::{Depot, Extractible, Request, Response, Scribe};

use crate::codec::IronSession;
use crate::error::ExtractError;
use crate::session::handle::Session;
use crate::session::{CarriesSessions, RequestSession, RequestSessions};

const HOOP: &str = "SessionHoop";

/// The extractors of this crate take nothing from a request that salvo could describe.
static METADATA: Metadata = Metadata::new("");

impl CarriesSessions for Request {
    const LAYER: &'static str = HOOP;

    fn session<T: IronSession>(&self) -> Option<RequestSession<T>> {
        self.extensions().get::<RequestSessions>()?.get()
    }

    fn header_values(&self, name: &'static str) -> impl Iterator<Item: AsRef<[u8]>> {
        self.headers().get_all(name).iter()
    }
}

/// Extracts the session that a [`SessionHoop`](crate::SessionHoop) created.
impl<'ex, T: IronSession> Extractible<'ex> for Session<T> {
    fn metadata() -> &'static Metadata {
        &METADATA
    }

    #[expect(refining_impl_trait, reason = "callers of `extract` can match on the error")]
    async fn extract(request: &'ex mut Request, _: &'ex mut Depot) -> Result<Self, ExtractError> {
        Self::from_extractor(request).await
    }
}

impl Scribe for ExtractError {
    /// Responds with its [status](ExtractError::status) and an empty body; the details are logged.
    fn render(self, response: &mut Response) {
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        respond_empty(response, status);
    }
}

/// Leaves the body to the application's `Catcher`, if the status is that of an error.
fn respond_empty(response: &mut Response, status: StatusCode) {
    response.status_code(status);
    response.take_body();
}
