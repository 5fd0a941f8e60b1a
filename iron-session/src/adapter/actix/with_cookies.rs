//! An error of actix-web with the response that carries its cookies.

use std::cell::RefCell;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{Error, HttpResponse, ResponseError};

/// An error whose response has been made: the cookies depend on its status, and are
/// among its headers.
///
/// The body can be handed out once. Status and headers can be looked at and handed out
/// any number of times, so that no middleware further out loses the cookies. It reads
/// as the error that it was made of.
pub(super) struct WithCookies {
    error: Error,
    response: RefCell<HttpResponse>,
}

impl WithCookies {
    pub(super) fn new(error: Error, response: HttpResponse) -> Self {
        Self { error, response: RefCell::new(response) }
    }
}

impl ResponseError for WithCookies {
    fn status_code(&self) -> StatusCode {
        self.response.borrow().status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = self.response.borrow_mut();
        let mut without_body = HttpResponse::new(response.status());
        *without_body.headers_mut() = response.headers().clone();
        std::mem::replace(&mut *response, without_body)
    }
}

impl fmt::Display for WithCookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, f)
    }
}

impl fmt::Debug for WithCookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, f)
    }
}
