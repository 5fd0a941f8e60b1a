//! The frame around the content of every page.

use axum::Extension;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use iron_session::session::Usage;
use iron_session::{CsrfToken, Session};
use maud::{DOCTYPE, Markup, Render, html};

use crate::pages::SIGN_IN;
use crate::panel::{self, ReceivedCookie};
use crate::session::{AppSession, COOKIE_NAME, DRAFT_COOKIE_NAME, Draft, Kind, Notice};
use crate::timeouts::{TimeLeft, Timeouts};

/// The content security policy: only our own pages, styles, scripts and forms. The script may
/// send requests to us.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The request, as the frame of a page shows it.
///
/// This extractor is used next to the handler's own `Session`. It reads the session before the
/// handler changes it.
pub(crate) struct Frame {
    pub(crate) session: AppSession,
    pub(crate) cookies: Vec<ReceivedCookie>,
    pub(crate) usage: Usage,
    pub(crate) draft_cookies: Vec<ReceivedCookie>,
    pub(crate) draft_usage: Usage,
    pub(crate) timeouts: Timeouts,
    pub(crate) time_left: Option<TimeLeft>,
    /// For the sign-out form, which is on every page for signed-in users.
    sign_out: Option<Token>,
}

impl<S: Send + Sync> FromRequestParts<S> for Frame {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let extracted = Extension::<Timeouts>::from_request_parts(parts, state).await;
        let Extension(timeouts) = extracted.map_err(IntoResponse::into_response)?;
        let extracted = Session::<AppSession>::from_request_parts(parts, state).await;
        let session = extracted.map_err(IntoResponse::into_response)?;
        let extracted = Session::<Draft>::from_request_parts(parts, state).await;
        let draft = extracted.map_err(IntoResponse::into_response)?;
        let cookies = panel::received_cookies(&parts.headers, COOKIE_NAME);
        let draft_cookies = panel::received_cookies(&parts.headers, DRAFT_COOKIE_NAME);
        let [usage, draft_usage] = [Usage::measure(&session), Usage::measure(&draft)].map(|usage| {
            usage.map_err(|error| {
                tracing::error!(error = &error as &dyn std::error::Error, "the session can't be measured");
                StatusCode::INTERNAL_SERVER_ERROR
            })
        });
        let usage = usage.map_err(IntoResponse::into_response)?;
        let draft_usage = draft_usage.map_err(IntoResponse::into_response)?;
        // A POST may be forged, so it must not create a token.
        let may_have_token = parts.method.is_safe() || !session.csrf().is_empty();
        let sign_out = if session.user().is_some() && may_have_token {
            Some(Token::from_request_parts(parts, state).await?)
        } else {
            None
        };
        let time_left = TimeLeft::of(&session.meta(), timeouts);
        let session = AppSession::clone(&session);
        Ok(Self { session, cookies, usage, draft_cookies, draft_usage, timeouts, time_left, sign_out })
    }
}

/// The session's token, as the hidden field of a form.
///
/// This is an extractor for pages with a form. The session gets a token when the visitor first
/// sees such a form.
#[derive(Clone, Debug)]
pub(crate) struct Token(String);

impl Token {
    /// Returns the token of a session, for a page that shows a form again.
    ///
    /// Call it only after the form was verified: a refused request must not get a token.
    pub(crate) fn of(session: &mut Session<AppSession>) -> Result<Self, StatusCode> {
        // Not through `DerefMut`, because the handler may have its own handle to the session.
        let token = session.update(|session| session.csrf_mut().masked());
        token.map(Self).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "no token for a form");
            StatusCode::INTERNAL_SERVER_ERROR
        })
    }
}

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
        Self::of(&mut session).map_err(IntoResponse::into_response)
    }
}

/// A finished page.
#[derive(Debug)]
pub(crate) struct Page {
    status: StatusCode,
    markup: Markup,
}

impl Page {
    pub(crate) fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        // A page with a visitor's data must not be cached, not even for the "back"
        // button after the sign-out.
        let headers = [(CACHE_CONTROL, "private, no-store"), (CONTENT_SECURITY_POLICY, POLICY)];
        (self.status, headers, self.markup).into_response()
    }
}

impl Frame {
    pub(crate) fn page(&self, title: &str, notice: Option<&Notice>, content: &Markup) -> Page {
        let markup = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) " · Ink & Paper" }
                    link rel="stylesheet" href="/style.css";
                    script type="module" src="/countdown.js" {}
                }
                body {
                    (self.header())
                    div.columns {
                        main {
                            @if let Some(notice) = notice { (message(notice)) }
                            h1 { (title) }
                            (content)
                        }
                        (panel::panel(self))
                    }
                }
            }
        };
        Page { status: StatusCode::OK, markup }
    }

    fn header(&self) -> Markup {
        html! {
            header {
                a.brand href="/" { "Ink & Paper" }
                nav {
                    a href="/" { "Shop" }
                    a href="/cart" { "Cart " span.count data-testid="cart-count" { (self.session.cart().count()) } }
                    a href="/letter" { "Letter" }
                    a href="/checkout" { "Checkout" }
                    a href="/whoami" { "Who am I?" }
                }
                @match self.session.user() {
                    Some(user) => div.signed-in {
                        a href="/account" data-testid="user" { (user.name) }
                        @if let Some(token) = &self.sign_out {
                            form method="post" action="/logout" {
                                (token)
                                button.quiet data-testid="sign-out" { "Sign out" }
                            }
                        }
                    },
                    None => a.button.quiet href=(SIGN_IN) { "Sign in" },
                }
            }
        }
    }
}

fn message(notice: &Notice) -> Markup {
    let (class, role) = match notice.kind {
        Kind::Success => ("success", "status"),
        Kind::Problem => ("problem", "alert"),
    };
    html! { p.notice.(class) role=(role) data-testid="notice" { (notice.text) } }
}
