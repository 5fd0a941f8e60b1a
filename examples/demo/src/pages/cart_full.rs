//! What a visitor is told when the cart has no room for more.

use axum::http::StatusCode;
use iron_session::error::FieldTooLarge;
use maud::html;

use crate::page::{Frame, Page};

/// The session was not changed: `try_set_cart` refused to.
pub(crate) fn cart_full(frame: &Frame, refusal: &FieldTooLarge) -> Page {
    tracing::warn!(error = refusal as &dyn std::error::Error, "change refused");
    let content = html! {
        p.lead role="alert" data-testid="too-large" {
            "A cart holds at most " (refusal.limit) " lines, and with that it would have "
            (refusal.found) ". Nothing was changed: your cart is as it was, with "
            (frame.session.cart().lines().len()) " lines."
        }
        p { "Remove lines that you can do without, or check out what is in it and start another." }
        div.actions {
            a.button href="/cart" { "Back to the cart" }
            a.button.quiet href="/checkout" { "Check out" }
        }
    };
    frame.page("Your cart is full", None, &content).status(StatusCode::UNPROCESSABLE_ENTITY)
}
