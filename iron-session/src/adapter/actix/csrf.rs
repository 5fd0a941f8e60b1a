//! [`CsrfVerified`] as an actix-web extractor.

use std::future::{Future, Ready, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderValue;
use actix_web::web::Bytes;
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse, ResponseError};

use crate::error::CsrfError;
use crate::guard::{CsrfVerified, HasCsrfToken, Needs, NoBody, verify_form, verify_header};
use crate::session::handle::Session;

impl<T: HasCsrfToken, E: FromRequest + 'static> FromRequest for CsrfVerified<T, E> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let session = Session::<T>::extract(&request).await?;
            match verify_header(&session, |name| request.headers().get(name).map(HeaderValue::as_bytes))? {
                Needs::Nothing => {}
                Needs::Form if is_encoded(&request) => verify_form(&session, &[])?,
                Needs::Form => {
                    let body = Bytes::from_request(&request, &mut payload).await?;
                    verify_form(&session, &body)?;
                    payload = Payload::from(body);
                }
            }
            drop(session);
            E::from_request(&request, &mut payload).await.map(Self::new).map_err(Into::into)
        })
    }
}

/// Returns whether the body is compressed. Extractors of actix-web decompress it, and a second
/// extractor can't read a body that the first one has decompressed. Browsers never compress a form.
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
