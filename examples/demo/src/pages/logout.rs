//! Signing out.

use axum::response::{IntoResponse, Redirect, Response};
use iron_session::Session;
use maud::html;

use super::refused::{SentButton, refused};
use crate::page::Frame;
use crate::session::{AppSession, Draft};

/// Ends the session. After that nothing can be written to it, not even a message for the next
/// page, so the next page knows what to say by itself.
///
/// The letter is deleted too, because the next visitor who uses this browser may be somebody
/// else.
pub(crate) async fn sign_out(
    frame: Frame,
    mut session: Session<AppSession>,
    mut draft: Session<Draft>,
    sent: SentButton,
) -> Result<Redirect, Response> {
    sent.map_err(|rejection| refused(&frame, rejection))?;
    tracing::info!(name = session.user_name(), "signed out");
    session.destroy();
    draft.clear();
    Ok(Redirect::to("/signed-out"))
}

pub(crate) async fn signed_out(frame: Frame) -> Response {
    if frame.session.user_name().is_some() {
        return Redirect::to("/").into_response();
    }
    let content = html! {
        p.lead data-testid="signed-out" { "See you soon. This browser no longer holds any of your session." }
        div.actions { a.button href="/" { "To the shop" } }
    };
    frame.page("You are signed out", None, &content).into_response()
}
