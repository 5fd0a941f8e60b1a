//! The session as JSON, for programs.

use axum::Json;
use iron_session::Session;
use serde::Serialize;

use crate::session::AppSession;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WhoAmI {
    user_name: Option<String>,
    pieces_in_cart: u32,
}

/// Takes the session without `mut`, so that it can't be changed here.
pub(crate) async fn whoami(session: Session<AppSession>) -> Json<WhoAmI> {
    let user_name = session.user_name().map(str::to_owned);
    Json(WhoAmI { user_name, pieces_in_cart: session.cart().count() })
}
