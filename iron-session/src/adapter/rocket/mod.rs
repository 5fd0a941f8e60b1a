//! The fairing for Rocket 0.5, and `Session<T>` as its request guard.
//!
//! ```
//! # #[cfg(feature = "derive")] {
//! use iron_session::{IronSession, Passwords, Session, SessionFairing, SessionOptions};
//! use rocket::{get, routes};
//!
//! #[derive(IronSession, Clone)]
//! struct AppSession {
//!     visits: u32,
//! }
//!
//! #[get("/")]
//! async fn count(mut session: Session<AppSession>) -> String {
//!     *session.visits_mut() += 1;
//!     session.visits().to_string()
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
//! let options = SessionOptions::builder("app_session", passwords).build()?;
//! let rocket =
//!     rocket::build().attach(SessionFairing::<AppSession>::new(options)?).mount("/", routes![count]);
//! # let client = rocket::local::blocking::Client::tracked(rocket)?;
//! # assert!(client.get("/").dispatch().headers().contains("set-cookie"));
//! # assert_eq!(client.get("/").dispatch().into_string().as_deref(), Some("2"));
//! # Ok(())
//! # }
//! # main().unwrap();
//! # }
//! ```
//!
//! A guard can't respond itself: Rocket turns its error into the response of the catcher for its
//! status. So the application's catchers respond to the errors of this crate, as to all others.
//! There are two exceptions, which need headers or must have no content: the redirect of
//! [`SignedIn`](crate::guard::SignedIn), and the empty 500 in place of a response whose session
//! can't be saved.

mod access;
mod carried;
mod commit;
mod cross_origin;
mod csrf;
pub(crate) mod fairing;
mod launch;
mod refuse;

use std::borrow::Cow;

use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::{self, Responder};

use crate::codec::IronSession;
use crate::error::ExtractError;
use crate::session::handle::Session;
use crate::session::{CarriesSessions, RequestSession};
pub use csrf::{CsrfRejection, FromVerifiedForm};

const FAIRING: &str = "SessionFairing";

impl CarriesSessions for Request<'_> {
    const LAYER: &'static str = FAIRING;

    fn session<T: IronSession>(&self) -> Option<RequestSession<T>> {
        carried::carried(self).sessions.get()
    }

    fn header_values(&self, name: &'static str) -> impl Iterator<Item: AsRef<[u8]>> {
        let sent = self.headers().get(name).map(|header| Cow::Borrowed(header.as_bytes()));
        // A request of Rocket's local client has its cookies in the jar alone. The jar of any other
        // request has lost those that have one name.
        let is_local = name == "cookie" && !self.headers().contains("cookie");
        let local = self.cookies().iter().filter(move |_| is_local);
        let local = local.map(|cookie| format!("{}={}", cookie.name(), cookie.value()).into_bytes());
        sent.chain(local.map(Cow::Owned))
    }
}

/// Hands out the session that a [`SessionFairing`](crate::SessionFairing) created.
///
/// If the fairing is missing, Rocket does not launch. This works for the routes that are declared
/// with Rocket's attributes; any other route gets a 500.
///
/// Rocket also accepts an `Option<Session<T>>`. It does not say whether somebody is signed in: with
/// the fairing, it is almost always `Some`. Ask one of the session's fields.
#[rocket::async_trait]
impl<'r, T: IronSession> FromRequest<'r> for Session<T> {
    type Error = ExtractError;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ExtractError> {
        match Self::from_extractor(request).await {
            Ok(session) => Outcome::Success(session),
            Err(error) => Outcome::Error((Status::new(error.status()), error)),
        }
    }
}

/// Responds with the catcher for the error's [status](ExtractError::status).
impl<'r> Responder<'r, 'static> for ExtractError {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Err(Status::new(self.status()))
    }
}

/// Returns the first value of a request's header. Rocket drops values that are not UTF-8.
fn header<'a>(request: &'a Request<'_>, name: &str) -> Option<&'a [u8]> {
    request.headers().get_one(name).map(str::as_bytes)
}
