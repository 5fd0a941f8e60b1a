//! The pages. A change is a POST that answers with a redirect; one that is
//! refused answers with a page that says why, and changes nothing.

mod cart;
mod checkout;
mod login;
mod logout;
mod not_found;
mod not_saved;
mod shop;
mod style;
mod whoami;

use axum::Router;
use axum::routing::{get, post};

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/", get(shop::show))
        .route("/cart", get(cart::show))
        .route("/cart/add", post(cart::add).get(cart::back))
        .route("/cart/team", post(cart::add_team).get(cart::back))
        .route("/cart/quantity", post(cart::set_quantity).get(cart::back))
        .route("/cart/clear", post(cart::clear))
        .route("/checkout", get(checkout::show).post(checkout::place_order))
        .route("/login", get(login::show).post(login::sign_in))
        .route("/logout", post(logout::sign_out))
        .route("/signed-out", get(logout::signed_out))
        .route("/whoami", get(whoami::whoami))
        .route("/style.css", get(style::style))
        .fallback(not_found::not_found)
}
