//! Signing in: a new session, with what is meant to be carried over.

use std::time::Duration;

use axum::extract::Form;
use axum::http::StatusCode;
use axum::response::Redirect;
use iron_session::Session;
use maud::html;
use serde::Deserialize;

use super::not_saved::not_saved;
use crate::page::{Frame, Page};
use crate::session::{AppSession, Notice};

/// On the page for everyone to see.
const PASSWORD: &str = "blotting-paper";
const MAX_NAME_CHARS: usize = 40;
const REMEMBERED_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

#[derive(Default, Deserialize)]
pub(crate) struct SignIn {
    name: String,
    password: String,
    /// A checkbox: not sent at all when it is not ticked.
    remember: Option<String>,
}

pub(crate) async fn show(frame: Frame, mut session: Session<AppSession>) -> Page {
    form(&frame, &SignIn::default(), session.take_notice().as_ref())
}

pub(crate) async fn sign_in(
    frame: Frame,
    mut session: Session<AppSession>,
    Form(input): Form<SignIn>,
) -> Result<Redirect, Page> {
    if let Err(mistake) = check(&input) {
        tracing::info!("sign-in refused");
        let notice = Notice::problem(mistake);
        return Err(form(&frame, &input, Some(&notice)).status(StatusCode::UNPROCESSABLE_ENTITY));
    }

    // Nothing that was in the session before may get into that of somebody who
    // is signed in, except what we want there: the cart, which is the visitor's.
    let cart = std::mem::take(session.cart_mut());
    session.renew();
    session.set_cart(cart);

    let name = input.name.trim();
    session.set_user_name(name);
    session.set_notice(Notice::success(format!("Welcome, {name}.")));
    if input.remember.is_some() {
        session.cookie().set_ttl(REMEMBERED_FOR);
    } else {
        session.cookie().until_browser_closes();
    }
    session.save().map_err(|error| not_saved(&frame, &error))?;
    tracing::info!(name, remembered = input.remember.is_some(), "signed in");
    Ok(Redirect::to("/"))
}

fn check(input: &SignIn) -> Result<(), String> {
    let chars = input.name.trim().chars().count();
    if chars == 0 || chars > MAX_NAME_CHARS {
        return Err(format!("Please give a name of 1 to {MAX_NAME_CHARS} characters; any will do."));
    }
    if input.password != PASSWORD {
        return Err("That is not the password. It stands below its field; mind the hyphen.".to_owned());
    }
    Ok(())
}

fn form(frame: &Frame, input: &SignIn, notice: Option<&Notice>) -> Page {
    let content = html! {
        form.stack method="post" action="/login" {
            label {
                "Name"
                input name="name" value=(input.name) maxlength=(MAX_NAME_CHARS) required autocomplete="username"
                    data-testid="name";
            }
            label {
                "Password"
                input name="password" type="password" required autocomplete="current-password"
                    aria-describedby="password-hint" data-testid="password";
                span.hint #password-hint { "For everyone: " code data-testid="demo-password" { (PASSWORD) } }
            }
            label.check {
                input name="remember" type="checkbox" checked[input.remember.is_some()] data-testid="remember";
                span {
                    "Remember me for 30 days"
                    span.hint { "Otherwise until the browser closes" }
                }
            }
            div { button data-testid="sign-in" { "Sign in" } }
        }
    };
    frame.page("Sign in", notice, &content)
}
