//! Forms with the session's token, and the page for a form without it.
//!
//! The token is in the forms that act for a signed-in user, or sign one in. It ties a form to the
//! session that it was made for, so a page from before a sign-in or a sign-out does nothing. The
//! forms of the shop window, the cart and the letter have no token: the `CrossOriginGuard` in
//! `main.rs` protects them. So a visitor who only looks gets no cookie.

use std::convert::Infallible;

use axum::extract::Form;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use iron_session::adapter::axum::CsrfRejection;
use iron_session::guard::CsrfVerified;
use maud::html;

use crate::page::Frame;
use crate::session::AppSession;

/// A form with the session's token, or why it is refused. `CsrfVerified` alone would answer with an
/// empty 403.
pub(crate) type SentForm<F> = Result<CsrfVerified<AppSession, Form<F>>, CsrfRejection<FormRejection>>;

/// A form that is only a button.
pub(crate) type SentButton = Result<CsrfVerified<AppSession>, CsrfRejection<Infallible>>;

pub(crate) fn refused<R: IntoResponse>(frame: &Frame, rejection: CsrfRejection<R>) -> Response {
    if !matches!(rejection, CsrfRejection::Refused(_)) {
        return rejection.into_response();
    }
    let content = html! {
        p.lead role="alert" data-testid="refused" {
            "It was not made for your current session, so nothing was changed. This happens if you "
            "have signed in or out since the page was loaded; it would also happen if another site had "
            "sent the form in your name."
        }
        p { "Go back, reload the page, and send it again." }
        div.actions { a.button href="/" { "To the shop" } }
    };
    let page = frame.page("That form is out of date", None, &content);
    page.status(StatusCode::FORBIDDEN).into_response()
}
