//! The page that a visitor sees if the cart has no room for more.

use axum::http::StatusCode;
use iron_session::error::FieldTooLarge;
use maud::html;

use crate::page::{Frame, Page};

/// The session is unchanged, because `try_set_cart` returned an error.
pub(crate) fn cart_full(frame: &Frame, refusal: &FieldTooLarge) -> Page {
    tracing::warn!(error = refusal as &dyn std::error::Error, "change rejected");
    let content = html! {
        p.lead role="alert" data-testid="too-large" {
            "A cart holds at most " (refusal.limit) " lines. This change would make it "
            (refusal.found) " lines. Nothing was changed: your cart is as it was, with "
            (frame.session.cart().lines().len()) " lines."
        }
        p { "Remove some lines, or check out this cart and start another one." }
        div.actions {
            a.button href="/cart" { "Back to the cart" }
            a.button.quiet href="/checkout" { "Check out" }
        }
    };
    frame.page("Your cart is full", None, &content).status(StatusCode::UNPROCESSABLE_ENTITY)
}
