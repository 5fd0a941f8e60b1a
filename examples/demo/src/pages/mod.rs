//! The pages. A change is a POST, and its response is a redirect. The response to a rejected
//! change is a page that gives the reason, and nothing is changed.

mod account;
mod cart;
mod cart_full;
mod checkout;
mod confirm;
mod files;
mod letter;
mod login;
mod logout;
mod not_found;
mod refused;
mod shop;
mod time_left;
mod whoami;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};

pub(crate) use self::time_left::PATH as TIME_LEFT;
use crate::{timeouts, user};

/// The path of the sign-in page.
pub(crate) const SIGN_IN: &str = "/login";

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/", get(shop::show))
        .route("/account", get(account::show))
        .route("/account/lock", post(account::lock))
        .route("/cart", get(cart::show))
        .route("/cart/add", post(cart::add).get(cart::back))
        .route("/cart/team", post(cart::add_team).get(cart::back))
        .route("/cart/quantity", post(cart::set_quantity).get(cart::back))
        .route("/cart/clear", post(cart::clear))
        .route("/checkout", get(checkout::show).post(checkout::place_order))
        .route("/confirm", get(confirm::show).post(confirm::confirm))
        .route("/letter", get(letter::show).post(letter::keep))
        .route(SIGN_IN, get(login::show).post(login::sign_in))
        .route("/logout", post(logout::sign_out))
        .route("/signed-out", get(logout::signed_out))
        .route("/whoami", get(whoami::whoami))
        .fallback(not_found::not_found)
        .layer(from_fn(user::look_up))
        .layer(from_fn(timeouts::tell_of_the_end))
        // Added after the layers: the countdown changes no session, and the files need none.
        .route(TIME_LEFT, get(time_left::time_left))
        .route("/style.css", get(files::style))
        .route("/countdown.js", get(files::countdown))
}
