//! A page for those who are signed in, and an extractor that sees to it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use iron_session::Session;
use maud::html;

use crate::cart::Cart;
use crate::catalogue::price;
use crate::page::{Frame, Page};
use crate::session::{AppSession, Notice, notify};

/// Somebody who is signed in; others are sent to the sign-in page.
pub(crate) struct SignedIn {
    name: String,
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let extracted = Session::<AppSession>::from_request_parts(parts, state).await;
        let mut session = extracted.map_err(IntoResponse::into_response)?;
        if let Some(name) = session.user_name() {
            return Ok(Self { name: name.to_owned() });
        }
        notify(&mut session, Notice::problem("Please sign in to check out. Your cart is kept."));
        Err(Redirect::to("/login").into_response())
    }
}

pub(crate) async fn show(user: SignedIn, frame: Frame, mut session: Session<AppSession>) -> Page {
    let cart = session.cart();
    let content = html! {
        @if cart.is_empty() {
            p.lead { "There is nothing to pay for yet, " (user.name) "." }
            div.actions { a.button href="/" { "To the shop" } }
        } @else {
            p.lead {
                (user.name) ", these are " (cart.count()) " pieces for "
                strong { (price(cart.total_cents())) } "."
            }
            p { "This shop takes no money and sends no parcels." }
            form method="post" action="/checkout" {
                button data-testid="place-order" { "Order" }
            }
        }
    };
    frame.page("Checkout", session.take_notice().as_ref(), &content)
}

pub(crate) async fn place_order(user: SignedIn, mut session: Session<AppSession>) -> Redirect {
    let pieces = session.cart().count();
    session.set_cart(Cart::default());
    session.set_notice(Notice::success(format!("Thank you, {}: {pieces} pieces ordered.", user.name)));
    Redirect::to("/")
}
