//! Asks for the password again; access then lasts for five minutes.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use iron_session::Session;
use maud::html;
use serde::Deserialize;

use super::login::password_field;
use crate::csrf::{Token, Verified};
use crate::guard::signed_in;
use crate::page::{Frame, Page};
use crate::session::{AppSession, Notice, ReturnTo, Sudo};
use crate::user::PASSWORD;

#[derive(Deserialize)]
pub(crate) struct Confirmation {
    password: String,
}

pub(crate) async fn show(
    frame: Frame,
    token: Token,
    mut session: Session<AppSession>,
) -> Result<Page, Redirect> {
    signed_in(&mut session)?;
    Ok(form(&frame, &token, session.take_notice().as_ref()))
}

pub(crate) async fn confirm(
    frame: Frame,
    mut session: Session<AppSession>,
    Verified { form: input, token }: Verified<Confirmation>,
) -> Result<Redirect, Response> {
    signed_in(&mut session).map_err(IntoResponse::into_response)?;
    if input.password != PASSWORD {
        let notice = Notice::problem("That is not the password. You can find it below its field.");
        let page = form(&frame, &token, Some(&notice));
        return Err(page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    }
    session.set_sudo(Sudo::Password);
    Ok(Redirect::to(session.take_return_to().unwrap_or(ReturnTo::Account).path()))
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
