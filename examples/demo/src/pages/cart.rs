//! A cart that can grow past one cookie.

use axum::extract::Form;
use axum::response::Redirect;
use iron_session::Session;
use maud::{Markup, html};
use serde::Deserialize;

use super::cart_full::cart_full;
use crate::cart::{Cart, Line, MAX_QUANTITY};
use crate::catalogue::{self, price};
use crate::page::{Frame, Page};
use crate::session::{AppSession, Notice};

pub(crate) async fn show(frame: Frame, mut session: Session<AppSession>) -> Page {
    let content = html! {
        @if session.cart().is_empty() {
            p.lead data-testid="cart-empty" { "Your cart is empty." }
        }
        div.actions {
            form method="post" action="/cart/team" {
                button data-testid="add-team" { "Add one of everything for a team of five" }
            }
            @if !session.cart().is_empty() {
                form method="post" action="/cart/clear" {
                    button.quiet data-testid="clear-cart" { "Empty the cart" }
                }
                a.button href="/checkout" { "Check out" }
            }
        }
        @if !session.cart().is_empty() { (table(session.cart())) }
    };
    frame.page("Cart", session.take_notice().as_ref(), &content)
}

fn table(cart: &Cart) -> Markup {
    html! {
        table.cart {
            thead { tr { th { "Item" } th { "Quantity" } th.number { "Price" } } }
            tbody { @for item in cart.lines() { (row(item)) } }
            tfoot {
                tr {
                    td { "Total" }
                    td {}
                    td.number { strong data-testid="total" { (price(cart.total_cents())) } }
                }
            }
        }
    }
}

fn row(line: &Line) -> Markup {
    html! {
        tr data-testid="line" data-product=(line.product) data-printed=(line.printed) {
            td {
                (line.name)
                @if !line.printed.is_empty() { " " span.printed { (line.printed) } }
            }
            td {
                form.quantity method="post" action="/cart/quantity" {
                    input type="hidden" name="product" value=(line.product);
                    input type="hidden" name="printed" value=(line.printed);
                    input type="number" name="quantity" value=(line.quantity) min="0" max=(MAX_QUANTITY) required
                        aria-label={ "Quantity of " (line.name) } data-testid="quantity";
                    button.quiet data-testid="change" { "Change" }
                    // Two submit buttons. The value of this one comes after
                    // the value of the field.
                    button.quiet name="remove" value="yes" data-testid="remove" { "Remove" }
                }
            }
            td.number { (price(line.total_cents())) }
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Add {
    product: String,
    printed: String,
}

pub(crate) async fn add(
    frame: Frame,
    mut session: Session<AppSession>,
    Form(form): Form<Add>,
) -> Result<Redirect, Page> {
    let Some(product) = catalogue::find(&form.product) else {
        session.set_notice(Notice::problem("We no longer sell that."));
        return Ok(Redirect::to("/"));
    };
    let mut cart = session.cart().clone();
    cart.add(product, &form.printed);
    session.try_set_cart(cart).map_err(|refusal| cart_full(&frame, &refusal))?;
    session.set_notice(Notice::success(format!("{} is in your cart.", product.name)));
    Ok(Redirect::to("/"))
}

pub(crate) async fn add_team(frame: Frame, mut session: Session<AppSession>) -> Result<Redirect, Page> {
    let mut cart = session.cart().clone();
    let team = cart.add_team();
    session.try_set_cart(cart).map_err(|refusal| cart_full(&frame, &refusal))?;
    session.set_notice(Notice::success(format!("One of everything for {}.", team.join(", "))));
    Ok(Redirect::to("/cart"))
}

#[derive(Deserialize)]
pub(crate) struct SetQuantity {
    product: String,
    printed: String,
    quantity: u8,
    remove: Option<String>,
}

/// No `try_` is needed, because this change does not make the cart grow.
pub(crate) async fn set_quantity(
    mut session: Session<AppSession>,
    Form(form): Form<SetQuantity>,
) -> Redirect {
    let quantity = if form.remove.is_some() { 0 } else { form.quantity };
    session.cart_mut().set_quantity(&form.product, &form.printed, quantity);
    Redirect::to("/cart")
}

pub(crate) async fn clear(mut session: Session<AppSession>) -> Redirect {
    session.set_cart(Cart::default());
    session.set_notice(Notice::success("Your cart is empty."));
    Redirect::to("/cart")
}

/// Responds if somebody reloads the address of a rejected change.
pub(crate) async fn back() -> Redirect {
    Redirect::to("/cart")
}
