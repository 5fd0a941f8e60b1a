//! Signing out.

use axum::response::{IntoResponse, Redirect, Response};
use iron_session::Session;
use maud::html;

use crate::csrf::{Nothing, Verified};
use crate::page::Frame;
use crate::session::{AppSession, Draft};

/// Ends the session. Nothing can be written to it after that, not even a
/// message for the next page: so the next page is one that knows what to say.
///
/// The letter goes with it: the next visitor of this browser is somebody else.
pub(crate) async fn sign_out(
    mut session: Session<AppSession>,
    mut draft: Session<Draft>,
    _: Verified<Nothing>,
) -> Redirect {
    tracing::info!(name = session.user_name(), "signed out");
    session.destroy();
    draft.clear();
    Redirect::to("/signed-out")
}

pub(crate) async fn signed_out(frame: Frame) -> Response {
    if frame.session.user_name().is_some() {
        return Redirect::to("/").into_response();
    }
    let content = html! {
        p.lead data-testid="signed-out" { "See you soon. Nothing of the session is left in this browser." }
        div.actions { a.button href="/" { "To the shop" } }
    };
    frame.page("You are signed out", None, &content).into_response()
}
