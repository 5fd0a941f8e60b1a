//! The only page of the shop, and the actions of its forms.
//!
//! To keep the example short, there are no passwords, and no tokens in the forms. The example
//! `demo` has both.

use axum::Router;
use axum::extract::Form;
use axum::response::Redirect;
use axum::routing::{get, post};
use iron_session::Session;
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;

use crate::session::ShopSession;

const PRODUCTS: [&str; 3] = ["ink", "nib", "paper"];
const COLOURS: [&str; 2] = ["light", "dark"];
const MAX_NAME_CHARS: usize = 40;

pub(crate) fn routes<T: ShopSession>() -> Router {
    Router::new()
        .route("/", get(home::<T>))
        .route("/sign-in", post(sign_in::<T>))
        .route("/sign-out", post(sign_out::<T>))
        .route("/add", post(add::<T>))
        .route("/wrap", post(wrap::<T>))
        .route("/colours", post(colours::<T>))
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

async fn sign_in<T: ShopSession>(mut session: Session<T>, Form(form): Form<Name>) -> Redirect {
    let name: String = form.name.trim().chars().take(MAX_NAME_CHARS).collect();
    if !name.is_empty() {
        // Nothing of a previously signed-in user may remain.
        session.restart();
        session.name_user(name);
    }
    Redirect::to("/")
}

async fn sign_out<T: ShopSession>(mut session: Session<T>) -> Redirect {
    session.destroy();
    Redirect::to("/")
}

#[derive(Deserialize)]
struct Choice {
    choice: String,
}

impl Choice {
    /// Returns the chosen value if it is one of these.
    fn of(&self, offered: &[&'static str]) -> Option<&'static str> {
        offered.iter().find(|offer| **offer == self.choice).copied()
    }
}

async fn add<T: ShopSession>(mut session: Session<T>, Form(form): Form<Choice>) -> Redirect {
    if let Some(product) = form.of(&PRODUCTS) {
        session.add(product);
    }
    Redirect::to("/")
}

async fn wrap<T: ShopSession>(mut session: Session<T>, Form(form): Form<Choice>) -> Redirect {
    if let Some(product) = form.of(&PRODUCTS) {
        session.wrap(product);
    }
    Redirect::to("/")
}

async fn colours<T: ShopSession>(mut session: Session<T>, Form(form): Form<Choice>) -> Redirect {
    if let Some(colours) = form.of(&COLOURS) {
        session.choose_colours(colours);
    }
    Redirect::to("/")
}

async fn home<T: ShopSession>(mut session: Session<T>) -> Markup {
    let greeting = session.greet();
    let colours = session.colours().unwrap_or("light");
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title { "Stationery" }
                style { "[data-colours=dark] { background: #222; color: #eee }" }
            }
            body data-testid="page" data-release=(T::RELEASE) data-colours=(colours) {
                h1 { "Stationery, release " (T::RELEASE) }
                @if let Some(greeting) = &greeting {
                    p data-testid="greeting" { (greeting) }
                }
                @match session.user() {
                    Some(name) => {
                        p { "Signed in as " b data-testid="user" { (name) } }
                        form method="post" action="/sign-out" { button data-testid="sign-out" { "Sign out" } }
                    }
                    None => form method="post" action="/sign-in" {
                        input name="name" data-testid="name" placeholder="Name" required;
                        button data-testid="sign-in" { "Sign in" }
                    }
                }
                h2 { "Cart" }
                ul {
                    @for (product, quantity, gift) in session.lines() {
                        li data-testid="line" data-product=(product) data-quantity=(quantity) data-gift=(gift) {
                            (quantity) " × " (product) @if gift { ", wrapped" }
                        }
                    }
                }
                (choices("/add", "add", &PRODUCTS))
                @if T::RELEASE > 1 {
                    h2 { "Wrap as a gift" }
                    (choices("/wrap", "wrap", &PRODUCTS))
                    h2 { "Colours" }
                    (choices("/colours", "colours", &COLOURS))
                }
            }
        }
    }
}

/// Draws one button per choice.
fn choices(action: &str, verb: &str, offered: &[&str]) -> Markup {
    html! {
        form method="post" action=(action) {
            @for choice in offered {
                button name="choice" value=(choice) data-testid={ (verb) "-" (choice) } { (choice) }
            }
        }
    }
}
