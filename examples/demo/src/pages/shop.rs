//! The shop window.

use iron_session::Session;
use maud::html;

use crate::cart::MAX_PRINTED_UNITS;
use crate::catalogue::{PRODUCTS, price};
use crate::page::{Frame, Page};
use crate::session::AppSession;

/// Shows the message that the last request left, if there is one. `take_notice` empties the
/// flash, so the message does not appear again after a reload.
pub(crate) async fn show(frame: Frame, mut session: Session<AppSession>) -> Page {
    let content = html! {
        p.lead { "Everything for the desk. Each piece can have a name printed on it." }
        ul.products {
            @for product in &PRODUCTS {
                li.card data-testid={ "product-" (product.id) } {
                    svg viewBox="0 0 24 24" aria-hidden="true" { path d=(product.drawing) {} }
                    h2 { (product.name) }
                    p.hint { (product.about) }
                    form method="post" action="/cart/add" {
                        input type="hidden" name="product" value=(product.id);
                        input name="printed" maxlength=(MAX_PRINTED_UNITS) placeholder="Name to print"
                            aria-label={ "Name to print on: " (product.name) } autocomplete="off";
                        div.buy {
                            strong { (price(product.price_cents)) }
                            button data-testid="add" { "Add" }
                        }
                    }
                }
            }
        }
    };
    frame.page("Shop", session.take_notice().as_ref(), &content)
}
