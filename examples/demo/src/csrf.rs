//! The token of the forms that act for a signed-in user, or sign one in. It ties a form to the
//! session that it was made for, so a page from before a sign-in or a sign-out does nothing.
//!
//! The forms of the shop window, the cart and the letter have no token: the `CrossOriginGuard` in
//! `main.rs` protects them. So a visitor who only looks gets no cookie.

use axum::extract::{Form, FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use iron_session::adapter::axum::CsrfRejection;
use iron_session::guard::CsrfVerified;
use iron_session::{CsrfToken, Session};
use maud::{Markup, Render, html};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::page::Frame;
use crate::pages::refused;
use crate::session::AppSession;

/// The token, as the hidden field of a form.
///
/// This is an extractor for pages with a form. The session gets a token when the visitor first
/// sees such a form.
#[derive(Clone, Debug)]
pub(crate) struct Token(String);

impl Render for Token {
    fn render(&self) -> Markup {
        html! { input type="hidden" name=(CsrfToken::FIELD) value=(self.0); }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Token {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let extracted = Session::<AppSession>::from_request_parts(parts, state).await;
        let mut session = extracted.map_err(IntoResponse::into_response)?;
        // Not through `DerefMut`, because the handler has its own handle to the
        // session.
        let token = session.update(|session| session.csrf_mut().masked());
        token.map(Self).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "no token for a form");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        })
    }
}

/// A form with the session's token. `CsrfVerified` would do alone; this also shows a page to users
/// whose form is refused.
pub(crate) struct Verified<F> {
    pub(crate) form: F,
    /// For a page that shows the form again.
    pub(crate) token: Token,
}

/// A form without its own fields.
#[derive(Deserialize)]
pub(crate) struct Nothing {}

impl<S: Send + Sync, F: DeserializeOwned + Send> FromRequest<S> for Verified<F> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let frame = Frame::from_request_parts(&mut parts, state).await?;
        let request = Request::from_parts(parts.clone(), body);
        match CsrfVerified::<AppSession, Form<F>>::from_request(request, state).await {
            Ok(CsrfVerified { body: Form(form), .. }) => {
                // Not earlier: a refused request must not get a token.
                let token = Token::from_request_parts(&mut parts, state).await?;
                Ok(Self { form, token })
            }
            Err(CsrfRejection::Refused(_)) => Err(refused(&frame).into_response()),
            Err(rejection) => Err(rejection.into_response()),
        }
    }
}
