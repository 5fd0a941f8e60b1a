//! The token against cross-site request forgery: every form carries it, and
//! every handler of a POST takes its form from [`Verified`].

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
/// An extractor for pages that have one: the session gets a token when the
/// visitor is first shown a form.
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
        // Not through `DerefMut`: the handler has a session of its own.
        let token = session.update(|session| session.csrf_mut().issue().map(str::to_owned));
        token.map(Self).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "no token for a form");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        })
    }
}

/// A form that one of our own pages sent.
///
/// Nothing is done to the session before that is known: a request that another
/// site forged comes without the cookie, and an answer that set one would take
/// the visitor's session away.
pub(crate) struct Verified<F> {
    pub(crate) form: F,
    /// For the page of a form that is shown again.
    pub(crate) token: Token,
}

/// A form without fields of its own.
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
            tracing::warn!("form refused: not with this session's token");
            return Err(refused(&frame).into_response());
        };
        let form = serde_urlencoded::from_bytes(&body)
            .map_err(|error| (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).into_response())?;
        Ok(Self { form, token: Token(csrf) })
    }
}
