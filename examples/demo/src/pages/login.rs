//! Signing in: a new session, with what is meant to be carried over.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Redirect;
use iron_session::Session;
use maud::{Markup, html};
use serde::Deserialize;

use crate::csrf::{Token, Verified};
use crate::page::{Frame, Page};
use crate::session::{AppSession, Notice, Sudo};
use crate::user::{MAX_NAME_UNITS, PASSWORD, User};

const REMEMBERED_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

#[derive(Default, Deserialize)]
pub(crate) struct SignIn {
    name: String,
    password: String,
    /// A checkbox: not sent at all when it is not ticked.
    remember: Option<String>,
}

pub(crate) async fn show(frame: Frame, token: Token, mut session: Session<AppSession>) -> Page {
    form(&frame, &token, &SignIn::default(), session.take_notice().as_ref())
}

pub(crate) async fn sign_in(
    frame: Frame,
    mut session: Session<AppSession>,
    Verified { form: input, token }: Verified<SignIn>,
) -> Result<Redirect, Page> {
    let user = check(&input).map_err(|mistake| {
        tracing::info!("sign-in refused");
        let notice = Notice::problem(mistake);
        form(&frame, &token, &input, Some(&notice)).status(StatusCode::UNPROCESSABLE_ENTITY)
    })?;

    // Nothing that was in the session before may get into that of somebody who
    // is signed in, except what we want there: the cart, which is the visitor's.
    // Without the old token, forms that were made before are refused.
    let cart = std::mem::take(session.cart_mut());
    session.renew();
    session.set_cart(cart);

    session.set_user_name(&*user.name);
    session.set_sudo(Sudo::Password);
    session.set_notice(Notice::success(format!("Welcome, {}.", user.name)));
    if input.remember.is_some() {
        session.cookie().set_ttl(REMEMBERED_FOR);
    } else {
        session.cookie().until_browser_closes();
    }
    tracing::info!(name = user.name, remembered = input.remember.is_some(), "signed in");
    Ok(Redirect::to("/"))
}

fn check(input: &SignIn) -> Result<User, String> {
    let Some(user) = User::find(input.name.trim()) else {
        return Err(format!("Please give a name of 1 to {MAX_NAME_UNITS} characters; any will do."));
    };
    if input.password != PASSWORD {
        return Err("That is not the password. It stands below its field; mind the hyphen.".to_owned());
    }
    Ok(user)
}

/// With the hint that a real shop would not give.
pub(super) fn password_field() -> Markup {
    html! {
        label {
            "Password"
            input name="password" type="password" required autocomplete="current-password"
                aria-describedby="password-hint" data-testid="password";
            span.hint #password-hint { "For everyone: " code data-testid="demo-password" { (PASSWORD) } }
        }
    }
}

fn form(frame: &Frame, token: &Token, input: &SignIn, notice: Option<&Notice>) -> Page {
    let content = html! {
        form.stack method="post" action="/login" {
            (token)
            label {
                "Name"
                input name="name" value=(input.name) maxlength=(MAX_NAME_UNITS) required autocomplete="username"
                    data-testid="name";
            }
            (password_field())
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
