//! [`CsrfVerified`] as an actix-web extractor.

use std::future::{Future, Ready, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse, ResponseError};

use crate::error::CsrfError;
use crate::field::CsrfToken;
use crate::guard::{CsrfVerified, HasCsrfToken, NOT_TEXT, NoBody, in_form, is_form, verify};
use crate::session::handle::Session;

impl<T: HasCsrfToken, E: FromRequest + 'static> FromRequest for CsrfVerified<T, E> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let session = Session::<T>::extract(&request).await?;
            if let Some(token) = header(&request, CsrfToken::HEADER) {
                verify(&session, Some(token))?;
            } else if header(&request, "content-type").is_some_and(is_form) && !is_encoded(&request) {
                let body = Bytes::from_request(&request, &mut payload).await?;
                verify(&session, in_form(&body).as_deref())?;
                payload = Payload::from(body);
            } else {
                verify(&session, None)?;
            }
            drop(session);
            E::from_request(&request, &mut payload).await.map(Self::new).map_err(Into::into)
        })
    }
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers().get(name).map(|value| value.to_str().unwrap_or(NOT_TEXT))
}

/// Extractors of actix-web decompress the body. What the first one has decompressed, the second
/// can't read. Browsers never compress a form.
fn is_encoded(request: &HttpRequest) -> bool {
    request.headers().contains_key("content-encoding")
}

/// Leaves the body unread.
impl FromRequest for NoBody {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self))
    }
}

impl ResponseError for CsrfError {
    fn status_code(&self) -> StatusCode {
        StatusCode::FORBIDDEN
    }

    /// Responds with an empty 403; the reason is logged.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::Forbidden().finish()
    }
}
