//! The middleware for poem 3, and `Session<T>` as its extractor.
//!
//! ```
//! # #[cfg(feature = "derive")] {
//! use iron_session::{IronSession, Passwords, PoemSession, Session, SessionOptions};
//! use poem::{EndpointExt as _, Route, get, handler};
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
//! let app = Route::new().at("/", get(count)).with(PoemSession::<AppSession>::new(options)?);
//! # tokio_test::block_on(async {
//! #     let response = poem::Endpoint::call(&app, poem::Request::default()).await.unwrap();
//! #     assert!(response.headers().contains_key("set-cookie"));
//! #     assert_eq!(response.into_body().into_string().await.unwrap(), "1");
//! # });
//! # Ok(())
//! # }
//! # main().unwrap();
//! # }
//! ```

mod access;
mod cross_origin;
mod csrf;
mod endpoint;
pub(crate) mod middleware;

use poem::error::ResponseError;
use poem::http::StatusCode;
use poem::{FromRequest, IntoResponse as _, Request, RequestBody, Response, Result};

use crate::codec::IronSession;
use crate::error::ExtractError;
use crate::session::handle::Session;
use crate::session::{CarriesSessions, RequestSession, RequestSessions};
pub use cross_origin::CrossOriginEndpoint;
pub use endpoint::SessionEndpoint;

impl CarriesSessions for Request {
    const LAYER: &'static str = "PoemSession";

    fn session<T: IronSession>(&self) -> Option<RequestSession<T>> {
        self.extensions().get::<RequestSessions>()?.get()
    }

    fn header_values(&self, name: &'static str) -> impl Iterator<Item: AsRef<[u8]>> {
        self.headers().get_all(name).iter()
    }
}

/// Extracts the session that a [`PoemSession`](crate::PoemSession) created.
///
/// poem also extracts an `Option<Session<T>>`. It does not say whether somebody is signed in: if
/// there is the middleware, it is always `Some`. Ask one of the session's fields.
impl<'a, T: IronSession> FromRequest<'a> for Session<T> {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(Self::from_extractor(request).await?)
    }
}

impl ResponseError for ExtractError {
    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Responds with its [status](ExtractError::status) and an empty body; the details are logged.
    fn as_response(&self) -> Response {
        ResponseError::status(self).into_response()
    }
}
