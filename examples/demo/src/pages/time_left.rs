//! The time that is left of the session, as JSON, for the countdown.

use axum::{Extension, Json};
use iron_session::Session;

use crate::session::AppSession;
use crate::timeouts::{TimeLeft, Timeouts};

pub(crate) const PATH: &str = "/time-left";

/// Responds with `null` if there is no session. The layer is told that this request is no activity,
/// so it does not extend the session.
pub(crate) async fn time_left(
    session: Session<AppSession>,
    Extension(timeouts): Extension<Timeouts>,
) -> Json<Option<TimeLeft>> {
    Json(TimeLeft::of(&session.meta(), timeouts))
}
