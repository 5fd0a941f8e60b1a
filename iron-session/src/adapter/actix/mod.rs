//! The middleware for actix-web 4, and `Session<T>` as its extractor.
//!
//! ```
//! # #[cfg(feature = "derive")] {
//! use actix_web::{App, HttpResponse, web};
//! use iron_session::{IronSession, Passwords, Session, SessionMiddleware, SessionOptions};
//!
//! #[derive(IronSession, Clone)]
//! struct AppSession {
//!     visits: u32,
//! }
//!
//! async fn count(mut session: Session<AppSession>) -> HttpResponse {
//!     let visits = session.visits() + 1;
//!     session.set_visits(visits);
//!     HttpResponse::Ok().body(visits.to_string())
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
//! let options = SessionOptions::builder("app_session", passwords).build()?;
//! let session = SessionMiddleware::<AppSession>::new(options)?;
//! let app = App::new().wrap(session).route("/", web::get().to(count));
//! # Ok(())
//! # }
//! # main().unwrap();
//! # }
//! ```

mod access;
mod cross_origin;
mod csrf;
pub(crate) mod middleware;
mod service;
mod with_cookies;

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::guard::GuardContext;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, ResponseError};

use crate::codec::IronSession;
use crate::error::ExtractError;
use crate::session::handle::Session;
use crate::session::{CarriesSessions, Loading, RequestSession, RequestSessions};
pub use access::Admission;
pub use cross_origin::CrossOriginService;
pub use service::SessionService;

const MIDDLEWARE: &str = "SessionMiddleware";

impl CarriesSessions for HttpRequest {
    const LAYER: &'static str = MIDDLEWARE;

    fn session<T: IronSession>(&self) -> Option<RequestSession<T>> {
        self.extensions().get::<RequestSessions>()?.get()
    }

    fn header_values(&self, name: &'static str) -> impl Iterator<Item: AsRef<[u8]>> {
        self.headers().get_all(name)
    }
}

impl CarriesSessions for ServiceRequest {
    const LAYER: &'static str = MIDDLEWARE;

    fn session<T: IronSession>(&self) -> Option<RequestSession<T>> {
        self.request().session()
    }

    fn header_values(&self, name: &'static str) -> impl Iterator<Item: AsRef<[u8]>> {
        self.request().header_values(name)
    }
}

/// A guard of a route. A guard of the whole application runs before the middleware.
impl CarriesSessions for GuardContext<'_> {
    const LAYER: &'static str = MIDDLEWARE;

    fn session<T: IronSession>(&self) -> Option<RequestSession<T>> {
        self.req_data().get::<RequestSessions>()?.get()
    }

    fn header_values(&self, name: &'static str) -> impl Iterator<Item: AsRef<[u8]>> {
        self.head().headers().get_all(name)
    }
}

/// Extracts the session that a [`SessionMiddleware`](crate::SessionMiddleware) created.
impl<T: IronSession> FromRequest for Session<T> {
    type Error = ExtractError;
    type Future = Loading<T>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        Self::from_extractor(request)
    }
}

impl ResponseError for ExtractError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Responds with its [status](ExtractError::status) and an empty body; the details are logged.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}
