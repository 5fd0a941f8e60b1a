//! A page for signed-in users, and an order that asks for the password again.

use axum::response::Redirect;
use iron_session::Session;
use maud::html;

use crate::cart::Cart;
use crate::catalogue::price;
use crate::csrf::{Nothing, Token, Verified};
use crate::guard::{confirmed, signed_in};
use crate::page::{Frame, Page};
use crate::session::{AppSession, Notice, ReturnTo};

pub(crate) async fn show(
    frame: Frame,
    token: Token,
    mut session: Session<AppSession>,
) -> Result<Page, Redirect> {
    let user = signed_in(&mut session)?;
    let cart = session.cart();
    let content = html! {
        @if cart.is_empty() {
            p.lead { "Your cart is still empty, " (user.name) "." }
            div.actions { a.button href="/" { "To the shop" } }
        } @else {
            p.lead {
                (user.name) ", these are " (cart.count()) " pieces for "
                strong { (price(cart.total_cents())) } "."
            }
            p { "This shop takes no money and sends no parcels." }
            form method="post" action="/checkout" {
                (token)
                button data-testid="place-order" { "Order" }
            }
        }
    };
    Ok(frame.page("Checkout", session.take_notice().as_ref(), &content))
}

pub(crate) async fn place_order(
    mut session: Session<AppSession>,
    _: Verified<Nothing>,
) -> Result<Redirect, Redirect> {
    let user = confirmed(&mut session, ReturnTo::Checkout)?;
    let pieces = session.cart().count();
    session.set_cart(Cart::default());
    session.set_notice(Notice::success(format!("Thank you, {}: {pieces} pieces ordered.", user.name)));
    Ok(Redirect::to("/"))
}
