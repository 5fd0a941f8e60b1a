//! A page for the user only, which asks for the password first.

use axum::response::{Redirect, Response};
use iron_session::Session;
use maud::html;

use super::refused::{SentButton, refused};
use crate::guard::Confirmed;
use crate::page::{Frame, Page, Token};
use crate::session::{AppSession, Notice};

pub(crate) async fn show(
    user: Confirmed,
    frame: Frame,
    token: Token,
    mut session: Session<AppSession>,
) -> Page {
    let customer_number = session.user().map(|user| user.customer_number);
    let content = html! {
        table.sizes {
            tr { td { "Name" } td { (user.subject) } }
            tr { td { "Customer number" } td data-testid="customer-number" { @if let Some(number) = customer_number { (number) } } }
        }
        p { "You can use this page and place orders for five minutes after you give your password." }
        form method="post" action="/account/lock" {
            (token)
            button data-testid="lock" { "Lock it now" }
        }
    };
    frame.page("Your account", session.take_notice().as_ref(), &content)
}

pub(crate) async fn lock(
    frame: Frame,
    mut session: Session<AppSession>,
    sent: SentButton,
) -> Result<Redirect, Response> {
    sent.map_err(|rejection| refused(&frame, rejection))?;
    session.clear_sudo();
    session.set_notice(Notice::success("Locked. You are still signed in."));
    Ok(Redirect::to("/"))
}
