//! [`SignedIn`] and [`Require`] as request guards of Rocket.

use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::{self, Responder, Response};

use super::carried::{Denied, carried};
use super::header;
use crate::adapter::NO_STORE;
use crate::error::AccessError;
use crate::guard::{Require, Rule, SignedIn, Visit};
use crate::session::SignIn;
use crate::session::handle::Session;

const CACHE_CONTROL: &str = "cache-control";
const LOCATION: &str = "location";

#[rocket::async_trait]
impl<'r, T: SignIn> FromRequest<'r> for SignedIn<T> {
    type Error = AccessError;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, AccessError> {
        outcome(request, admit(request).await)
    }
}

#[rocket::async_trait]
impl<'r, T: SignIn, R: Rule<T>> FromRequest<'r> for Require<T, R> {
    type Error = AccessError;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, AccessError> {
        outcome(request, admit(request).await.and_then(Self::check))
    }
}

async fn admit<T: SignIn>(request: &Request<'_>) -> Result<SignedIn<T>, AccessError> {
    let session = Session::from_extractor(request).await?;
    let target = request.uri().to_string();
    Visit::new(request.method().as_str(), &target, |name| header(request, name)).admit(session)
}

fn outcome<O>(request: &Request<'_>, admitted: Result<O, AccessError>) -> Outcome<O, AccessError> {
    match admitted {
        Ok(admitted) => Outcome::Success(admitted),
        Err(error) => {
            carried(request).denied = Some(Denied::from(&error));
            Outcome::Error((Status::new(error.status()), error))
        }
    }
}

/// Adds what a catcher does not know to the response to a request that a guard has refused.
///
/// A handler that takes an `Option` or a `Result` of the guard runs nevertheless, and its response
/// is left alone: it has another status, or its redirect has a target. A redirect without a target
/// comes from a catcher, to which the guard's status has led.
pub(super) fn complete(request: &Request<'_>, response: &mut Response<'_>) {
    let Some(Denied { status, location }) = carried(request).denied.take() else { return };
    if response.status() != status {
        return;
    }
    if let Some(location) = location {
        if response.headers().contains(LOCATION) {
            return;
        }
        *response = redirect(location);
    } else if !response.headers().contains(CACHE_CONTROL) {
        response.set_raw_header(CACHE_CONTROL, NO_STORE);
    }
}

fn redirect(location: String) -> Response<'static> {
    Response::build()
        .status(Status::SeeOther)
        .raw_header(LOCATION, location)
        .raw_header(CACHE_CONTROL, NO_STORE)
        .finalize()
}

/// Responds with an empty 303, or with the catcher for the error's [status](AccessError::status).
impl<'r> Responder<'r, 'static> for AccessError {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        match self.location() {
            Some(location) => Ok(redirect(location.to_owned())),
            None => Err(Status::new(self.status())),
        }
    }
}
