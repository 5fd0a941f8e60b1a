//! The page for a form without the session's token.

use axum::http::StatusCode;
use maud::html;

use crate::page::{Frame, Page};

pub(crate) fn refused(frame: &Frame) -> Page {
    let content = html! {
        p.lead role="alert" data-testid="refused" {
            "It was not made for your current session, so nothing was changed. This happens if you "
            "have signed in or out since the page was loaded; it would also happen if another site had "
            "sent the form in your name."
        }
        p { "Go back, reload the page, and send it again." }
        div.actions { a.button href="/" { "To the shop" } }
    };
    frame.page("That form is out of date", None, &content).status(StatusCode::FORBIDDEN)
}
