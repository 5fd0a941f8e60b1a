//! A page for signed-in users, and an order that asks for the password again.

use axum::response::{Redirect, Response};
use iron_session::Session;
use iron_session::guard::SignedIn;
use maud::html;

use super::refused::{SentButton, refused};
use crate::cart::Cart;
use crate::catalogue::price;
use crate::guard::Confirmed;
use crate::page::{Frame, Page, Token};
use crate::session::{AppSession, Notice};

/// `SignedIn` comes after `Token`, which may change the session: a handle that has read the session
/// before a change can't write to it.
pub(crate) async fn show(frame: Frame, token: Token, mut user: SignedIn<AppSession>) -> Page {
    let cart = user.cart();
    let content = html! {
        @if cart.is_empty() {
            p.lead { "Your cart is still empty, " (user.subject) "." }
            div.actions { a.button href="/" { "To the shop" } }
        } @else {
            p.lead {
                (user.subject) ", these are " (cart.count()) " pieces for "
                strong { (price(cart.total_cents())) } "."
            }
            p { "This shop takes no money and sends no parcels." }
            form method="post" action="/checkout" {
                (token)
                button data-testid="place-order" { "Order" }
            }
        }
    };
    frame.page("Checkout", user.take_notice().as_ref(), &content)
}

pub(crate) async fn place_order(
    user: Confirmed,
    frame: Frame,
    mut session: Session<AppSession>,
    sent: SentButton,
) -> Result<Redirect, Response> {
    sent.map_err(|rejection| refused(&frame, rejection))?;
    let pieces = session.cart().count();
    session.set_cart(Cart::default());
    session.set_notice(Notice::success(format!("Thank you, {}: {pieces} pieces ordered.", user.subject)));
    Ok(Redirect::to("/"))
}
