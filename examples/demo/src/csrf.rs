//! The token against cross-site request forgery. Every form carries it, and every handler of a
//! POST takes its form from [`Verified`].

use axum::extract::{FromRequest, FromRequestParts, RawForm, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use iron_session::Session;
use maud::{Markup, Render, html};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::page::Frame;
use crate::pages::refused;
use crate::session::AppSession;

/// The token, as the hidden field of a form.
///
/// This is an extractor for pages with a form. The session gets a token when the visitor first
/// sees a form.
#[derive(Clone, Debug)]
pub(crate) struct Token(String);

impl Render for Token {
    fn render(&self) -> Markup {
        html! { input type="hidden" name="csrf" value=(self.0); }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Token {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let extracted = Session::<AppSession>::from_request_parts(parts, state).await;
        let mut session = extracted.map_err(IntoResponse::into_response)?;
        // Not through `DerefMut`, because the handler has its own handle to the
        // session.
        let token = session.update(|session| session.csrf_mut().issue().map(str::to_owned));
        token.map(Self).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "no token for a form");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        })
    }
}

/// A form that one of our own pages sent.
///
/// Until the form is verified, nothing may change the session. A forged request from another
/// site comes without the cookie, so a response that set one would replace the visitor's
/// session.
pub(crate) struct Verified<F> {
    pub(crate) form: F,
    /// For a page that shows the form again.
    pub(crate) token: Token,
}

/// A form without its own fields.
#[derive(Deserialize)]
pub(crate) struct Nothing {}

#[derive(Deserialize)]
struct TokenField {
    csrf: String,
}

impl<S: Send + Sync, F: DeserializeOwned> FromRequest<S> for Verified<F> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let extracted = Session::<AppSession>::from_request_parts(&mut parts, state).await;
        let session = extracted.map_err(IntoResponse::into_response)?;
        let frame = Frame::from_request_parts(&mut parts, state).await?;
        let read = RawForm::from_request(Request::from_parts(parts, body), state).await;
        let RawForm(body) = read.map_err(IntoResponse::into_response)?;

        let field = serde_urlencoded::from_bytes::<TokenField>(&body).ok();
        let Some(TokenField { csrf }) = field.filter(|field| session.csrf().verify(&field.csrf)) else {
            tracing::warn!("form rejected: it does not have this session's token");
            return Err(refused(&frame).into_response());
        };
        let form = serde_urlencoded::from_bytes(&body)
            .map_err(|error| (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).into_response())?;
        Ok(Self { form, token: Token(csrf) })
    }
}
