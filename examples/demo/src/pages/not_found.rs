//! The page for unknown addresses.

use axum::http::StatusCode;
use maud::html;

use crate::page::{Frame, Page};

pub(crate) async fn not_found(frame: Frame) -> Page {
    let content = html! {
        p.lead { "This shop has nothing at that address." }
        div.actions { a.button href="/" { "To the shop" } }
    };
    frame.page("Not found", None, &content).status(StatusCode::NOT_FOUND)
}
