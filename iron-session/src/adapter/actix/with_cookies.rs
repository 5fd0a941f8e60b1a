//! An error of actix-web with the response that carries its cookies.

use std::cell::RefCell;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{Error, HttpResponse, ResponseError};

/// An error that holds its finished response, because the cookies depend on the status and
/// are among the headers.
///
/// The body can be taken only once. Status and headers can be read and copied any number of
/// times, so that no middleware further out loses the cookies. The error has the text of the
/// error that it replaces.
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
