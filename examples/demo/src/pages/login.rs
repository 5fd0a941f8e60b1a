//! Signing in: starts a new session and keeps only what should be carried over.

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
    /// A checkbox, which the browser sends only if it is ticked.
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
        tracing::info!("sign-in rejected");
        let notice = Notice::problem(mistake);
        form(&frame, &token, &input, Some(&notice)).status(StatusCode::UNPROCESSABLE_ENTITY)
    })?;

    // Only the cart gets into the session of the signed-in user. The old token goes too, so
    // forms from before the sign-in are rejected.
    session.sign_in(user.name.clone());
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
        return Err(format!("Please enter any name of 1 to {MAX_NAME_UNITS} characters."));
    };
    if input.password != PASSWORD {
        return Err("That is not the password. You can find it below its field. Mind the hyphen.".to_owned());
    }
    Ok(user)
}

/// Renders the form, with a hint that a real shop would not give.
pub(super) fn password_field() -> Markup {
    html! {
        label {
            "Password"
            input name="password" type="password" required autocomplete="current-password"
                aria-describedby="password-hint" data-testid="password";
            span.hint #password-hint { "The password for everyone: " code data-testid="demo-password" { (PASSWORD) } }
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
                    span.hint { "Otherwise you are signed out when the browser closes" }
                }
            }
            div { button data-testid="sign-in" { "Sign in" } }
        }
    };
    frame.page("Sign in", notice, &content)
}
