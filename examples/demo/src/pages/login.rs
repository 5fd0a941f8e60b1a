//! Signing in: starts a new session, keeps only what should be carried over, and leads back to the
//! page that the user wanted.

use axum::Extension;
use axum::extract::{Form, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use iron_session::{ReturnTo, Session};
use maud::{Markup, html};
use serde::Deserialize;

use super::refused::{SentForm, refused};
use crate::page::{Frame, Page, Token};
use crate::pages::SIGN_IN;
use crate::session::{AppSession, Notice, Sudo};
use crate::timeouts::{self, Timeouts, in_words};
use crate::user::{MAX_NAME_UNITS, PASSWORD, User};

/// How a user got here, if the countdown sent them.
#[derive(Deserialize)]
pub(crate) struct Arrival {
    expired: Option<String>,
    /// The page that was open.
    next: Option<String>,
}

#[derive(Default, Deserialize)]
pub(crate) struct SignIn {
    name: String,
    password: String,
    /// A checkbox, which the browser sends only if it is ticked.
    remember: Option<String>,
}

pub(crate) async fn show(
    frame: Frame,
    token: Token,
    Query(arrival): Query<Arrival>,
    mut session: Session<AppSession>,
) -> Page {
    if let Some(Ok(next)) = arrival.next.as_deref().map(ReturnTo::parse) {
        session.set_return_to(next);
    }
    let notice = if let Some(notice) = session.take_notice() {
        Some(notice)
    } else if arrival.expired.is_some() {
        Some(timeouts::notice())
    } else if session.return_to().is_empty() {
        None
    } else {
        Some(Notice::problem("Please sign in first. Your cart is kept."))
    };
    form(&frame, &token, &SignIn::default(), notice.as_ref())
}

pub(crate) async fn sign_in(
    frame: Frame,
    mut session: Session<AppSession>,
    Extension(timeouts): Extension<Timeouts>,
    sent: SentForm<SignIn>,
) -> Result<Redirect, Response> {
    let Form(input) = sent.map_err(|rejection| refused(&frame, rejection))?.body;
    let user = match check(&input) {
        Ok(user) => user,
        Err(mistake) => {
            tracing::info!("sign-in rejected");
            let notice = Notice::problem(mistake);
            let token = Token::of(&mut session).map_err(IntoResponse::into_response)?;
            let page = form(&frame, &token, &input, Some(&notice));
            return Err(page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
        }
    };

    // Only the cart and the way back get into the session of the signed-in user. The old token goes too, so
    // forms from before the sign-in are rejected.
    session.sign_in(user.name.clone());
    session.set_sudo(Sudo::Password);
    session.set_notice(Notice::success(format!("Welcome, {}.", user.name)));
    if input.remember.is_some() {
        session.cookie().set_ttl(timeouts.absolute);
    } else {
        session.cookie().until_browser_closes();
    }
    tracing::info!(name = user.name, remembered = input.remember.is_some(), "signed in");
    Ok(Redirect::to(&session.take_return_to_or("/")))
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
        form.stack method="post" action=(SIGN_IN) {
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
                    "Remember me for " (in_words(frame.timeouts.absolute))
                    span.hint {
                        "Otherwise you are signed out when the browser closes, or after "
                        (in_words(frame.timeouts.idle)) " without a visit"
                    }
                }
            }
            div { button data-testid="sign-in" { "Sign in" } }
        }
    };
    frame.page("Sign in", notice, &content)
}
