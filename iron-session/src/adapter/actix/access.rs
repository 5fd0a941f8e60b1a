//! [`SignedIn`] and [`Require`] as actix-web extractors.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue, LOCATION};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError};

use crate::adapter::NO_STORE;
use crate::error::{AccessError, ExtractError};
use crate::guard::{Require, Rule, SignedIn, Visit};
use crate::session::handle::Session;
use crate::session::{Loading, SignIn};

impl<T: SignIn> FromRequest for SignedIn<T> {
    type Error = AccessError;
    type Future = Admission<T, Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Admission::new(request, Ok)
    }
}

impl<T: SignIn, R: Rule<T>> FromRequest for Require<T, R> {
    type Error = AccessError;
    type Future = Admission<T, Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Admission::new(request, Self::check)
    }
}

/// Waits for the session of a request, and then decides about it. `O` is the extractor.
pub struct Admission<T: SignIn, O> {
    request: HttpRequest,
    session: Loading<T>,
    check: fn(SignedIn<T>) -> Result<O, AccessError>,
}

impl<T: SignIn, O> Admission<T, O> {
    fn new(request: &HttpRequest, check: fn(SignedIn<T>) -> Result<O, AccessError>) -> Self {
        Self { request: request.clone(), session: Session::from_extractor(request), check }
    }
}

impl<T: SignIn, O> Future for Admission<T, O> {
    type Output = Result<O, AccessError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let session = ready!(Pin::new(&mut self.session).poll(cx));
        Poll::Ready(admit(&self.request, session).and_then(self.check))
    }
}

impl<T: SignIn, O> fmt::Debug for Admission<T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admission").field("session", &self.session).finish_non_exhaustive()
    }
}

fn admit<T: SignIn>(
    request: &HttpRequest,
    session: Result<Session<T>, ExtractError>,
) -> Result<SignedIn<T>, AccessError> {
    let header = |name| request.headers().get(name).map(HeaderValue::as_bytes);
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    Visit::new(request.method().as_str(), target, header).admit(session?)
}

impl ResponseError for AccessError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::FORBIDDEN)
    }

    /// Responds with an empty 303, 401, 403 or 500.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((CACHE_CONTROL, NO_STORE));
        if let Some(location) = self.location() {
            response.insert_header((LOCATION, location));
        }
        response.finish()
    }
}
