//! What a visitor is told when the session does not fit its cookies.

use axum::http::StatusCode;
use iron_session::error::SaveError;
use maud::{Markup, html};

use crate::page::{Frame, Page};
use crate::panel::thousands;

/// A page of the class 5xx: with such an answer, nothing that the handler
/// changed is written.
pub(crate) fn not_saved(frame: &Frame, error: &SaveError) -> Page {
    tracing::warn!(error = error as &dyn std::error::Error, "change refused");
    if let SaveError::TooLarge { needed_bytes, limit_bytes, max_cookies, largest } = error {
        let content = too_large(*needed_bytes, *limit_bytes, *max_cookies, largest);
        frame.page("That did not fit", None, &content).status(StatusCode::INSUFFICIENT_STORAGE)
    } else {
        let content = html! {
            p.lead { "Something went wrong on our side, and nothing was changed. Please try again." }
        };
        frame.page("That was not saved", None, &content).status(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

fn too_large(needed: usize, limit: usize, max_cookies: usize, largest: &[(String, usize)]) -> Markup {
    html! {
        p.lead role="alert" data-testid="too-large" {
            "With it, the session would be a seal of " (thousands(needed)) " bytes; "
            (thousands(limit)) " fit into " (max_cookies) " cookies. Nothing was changed: your cart is "
            "as it was."
        }
        h2 { "What takes the room" }
        table.sizes {
            @for (member, bytes) in largest {
                tr data-testid="largest" data-member=(member) {
                    td { code { (member) } }
                    td.number { (thousands(*bytes)) " bytes" }
                }
            }
        }
        p { "Remove lines from the cart, or check out what is in it and start another." }
        div.actions { a.button href="/cart" { "Back to the cart" } }
    }
}
