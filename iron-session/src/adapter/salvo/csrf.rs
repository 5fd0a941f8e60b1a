//! [`CsrfVerified`] as a salvo extractor.

use std::convert::Infallible;
use std::fmt;

use salvo::extract::Metadata;
use salvo::http::{ParseError, StatusCode};
use salvo::{Depot, Extractible, Request, Response, Scribe, Writer, async_trait};

use super::{METADATA, respond_empty};
use crate::adapter::http_types::first;
use crate::error::{CsrfError, ExtractError};
use crate::field::CsrfToken;
use crate::guard::{CsrfVerified, HasCsrfToken, Needs, NoBody, verify, verify_form, verify_header};
use crate::session::handle::Session;

impl<'ex, T: HasCsrfToken, E: Extractible<'ex>> Extractible<'ex> for CsrfVerified<T, E> {
    fn metadata() -> &'static Metadata {
        E::metadata()
    }

    async fn extract(
        request: &'ex mut Request,
        depot: &'ex mut Depot,
    ) -> Result<Self, impl Writer + Send + fmt::Debug + 'static> {
        verify_request::<T, _>(request).await?;
        E::extract(request, depot).await.map(Self::new).map_err(Rejection::Body)
    }
}

/// Why a request was rejected. `R` is the error of the body's extractor.
#[derive(Debug)]
enum Rejection<R> {
    /// There is no session.
    Session(ExtractError),
    /// The request does not carry the session's token.
    Refused(CsrfError),
    /// The form could not be read, for example because it is too large.
    Form(ParseError),
    /// The body's extractor rejected the request.
    Body(R),
}

async fn verify_request<T: HasCsrfToken, R>(request: &mut Request) -> Result<(), Rejection<R>> {
    let session = Session::<T>::from_extractor(request).await.map_err(Rejection::Session)?;
    match verify_header(&session, first(request.headers())).map_err(Rejection::Refused)? {
        Needs::Nothing => Ok(()),
        Needs::Form => {
            let body = request.payload().await.map_err(Rejection::Form)?.clone();
            if body.is_empty() {
                // An extractor before this one may have read the form. Only its fields are left.
                let form = request.form_data().await.ok();
                let token = form.and_then(|form| form.fields.get(CsrfToken::FIELD));
                return verify(&session, token.map(String::as_str)).map_err(Rejection::Refused);
            }
            verify_form(&session, &body).map_err(Rejection::Refused)?;
            request.replace_body(body.into());
            Ok(())
        }
    }
}

#[async_trait]
impl<R: Writer + Send> Writer for Rejection<R> {
    async fn write(self, request: &mut Request, depot: &mut Depot, response: &mut Response) {
        match self {
            Self::Session(error) => error.render(response),
            Self::Refused(error) => error.render(response),
            Self::Form(error) => error.write(request, depot, response).await,
            Self::Body(error) => error.write(request, depot, response).await,
        }
    }
}

impl Scribe for CsrfError {
    /// Responds with an empty 403; the reason is logged.
    fn render(self, response: &mut Response) {
        respond_empty(response, StatusCode::FORBIDDEN);
    }
}

/// Leaves the body unread.
impl<'ex> Extractible<'ex> for NoBody {
    fn metadata() -> &'static Metadata {
        &METADATA
    }

    #[expect(refining_impl_trait, reason = "it never fails")]
    async fn extract(_: &'ex mut Request, _: &'ex mut Depot) -> Result<Self, Infallible> {
        Ok(Self)
    }
}
