//! A cart that grows with what the visitor puts into it, past one cookie.

use axum::extract::Form;
use axum::response::Redirect;
use iron_session::Session;
use maud::{Markup, html};
use serde::Deserialize;

use super::not_saved::not_saved;
use crate::cart::{Cart, Line, MAX_PRINTED_CHARS, MAX_QUANTITY};
use crate::catalogue::{self, price};
use crate::page::{Frame, Page};
use crate::session::{AppSession, Notice};

pub(crate) async fn show(frame: Frame, mut session: Session<AppSession>) -> Page {
    let content = html! {
        @if session.cart().is_empty() {
            p.lead data-testid="cart-empty" { "There is nothing in it yet." }
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
                    // Two submit buttons: this one says its own quantity, after the field's.
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
        session.set_notice(Notice::problem("We don't sell that any more."));
        return Ok(Redirect::to("/"));
    };
    let printed: String = form.printed.trim().chars().take(MAX_PRINTED_CHARS).collect();
    session.cart_mut().add(product, &printed);
    session.set_notice(Notice::success(format!("{} is in your cart.", product.name)));
    keep(&frame, &mut session, "/")
}

pub(crate) async fn add_team(frame: Frame, mut session: Session<AppSession>) -> Result<Redirect, Page> {
    let team = session.cart_mut().add_team();
    session.set_notice(if team.is_empty() {
        Notice::problem("There is something for everybody in it already.")
    } else {
        Notice::success(format!("One of everything for {}.", team.join(", ")))
    });
    keep(&frame, &mut session, "/cart")
}

#[derive(Deserialize)]
pub(crate) struct SetQuantity {
    product: String,
    printed: String,
    quantity: u32,
    remove: Option<String>,
}

pub(crate) async fn set_quantity(
    frame: Frame,
    mut session: Session<AppSession>,
    Form(form): Form<SetQuantity>,
) -> Result<Redirect, Page> {
    let quantity = if form.remove.is_some() { 0 } else { form.quantity };
    session.cart_mut().set_quantity(&form.product, &form.printed, quantity);
    keep(&frame, &mut session, "/cart")
}

pub(crate) async fn clear(mut session: Session<AppSession>) -> Redirect {
    session.set_cart(Cart::default());
    session.set_notice(Notice::success("Your cart is empty."));
    Redirect::to("/cart")
}

/// Answers somebody who asks again for the address of a refused change.
pub(crate) async fn back() -> Redirect {
    Redirect::to("/cart")
}

/// Saves now instead of when the answer leaves, because a cart may grow past
/// what fits: then there is still time to say so. The page that says it is a
/// 5xx answer, with which nothing is written: the cart stays as it was.
fn keep(frame: &Frame, session: &mut Session<AppSession>, next: &str) -> Result<Redirect, Page> {
    match session.save() {
        Ok(()) => Ok(Redirect::to(next)),
        Err(error) => Err(not_saved(frame, &error)),
    }
}
