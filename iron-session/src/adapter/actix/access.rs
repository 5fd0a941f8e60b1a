//! [`SignedIn`] and [`Require`] as actix-web extractors.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue, LOCATION};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError};

use crate::adapter::NO_STORE;
use crate::error::AccessError;
use crate::guard::{Require, Rule, SignedIn, Visit};
use crate::session::SignIn;
use crate::session::handle::Session;

impl<T: SignIn> FromRequest for SignedIn<T> {
    type Error = AccessError;
    type Future = Ready<Result<Self, AccessError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(admit(request))
    }
}

impl<T: SignIn, R: Rule<T>> FromRequest for Require<T, R> {
    type Error = AccessError;
    type Future = Ready<Result<Self, AccessError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(admit(request).and_then(Self::check))
    }
}

fn admit<T: SignIn>(request: &HttpRequest) -> Result<SignedIn<T>, AccessError> {
    let header = |name| request.headers().get(name).map(HeaderValue::as_bytes);
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    Visit::new(request.method().as_str(), target, header).admit(Session::from_extractor(request)?)
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
