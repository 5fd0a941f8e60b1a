//! Asks for the password again; access then lasts for five minutes.

use axum::extract::Form;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use iron_session::Session;
use iron_session::guard::SignedIn;
use maud::html;
use serde::Deserialize;

use super::login::password_field;
use super::refused::{SentForm, refused};
use crate::page::{Frame, Page, Token};
use crate::session::{AppSession, Notice, Sudo};
use crate::user::PASSWORD;

#[derive(Deserialize)]
pub(crate) struct Confirmation {
    password: String,
}

pub(crate) async fn show(frame: Frame, token: Token, mut user: SignedIn<AppSession>) -> Page {
    form(&frame, &token, user.take_notice().as_ref())
}

pub(crate) async fn confirm(
    _: SignedIn<AppSession>,
    frame: Frame,
    mut session: Session<AppSession>,
    sent: SentForm<Confirmation>,
) -> Result<Redirect, Response> {
    let Form(input) = sent.map_err(|rejection| refused(&frame, rejection))?.body;
    if input.password != PASSWORD {
        let notice = Notice::problem("That is not the password. You can find it below its field.");
        let token = Token::of(&mut session).map_err(IntoResponse::into_response)?;
        let page = form(&frame, &token, Some(&notice)).status(StatusCode::UNPROCESSABLE_ENTITY);
        return Err(page.into_response());
    }
    session.set_sudo(Sudo::Password);
    Ok(Redirect::to(&session.take_return_to_or("/account")))
}

fn form(frame: &Frame, token: &Token, notice: Option<&Notice>) -> Page {
    let content = html! {
        p.lead data-testid="confirm" {
            "Please give your password once more. We won't ask again for five minutes."
        }
        form.stack method="post" action="/confirm" {
            (token)
            (password_field())
            div { button data-testid="confirm-password" { "Confirm" } }
        }
    };
    frame.page("Confirm it's you", notice, &content)
}
