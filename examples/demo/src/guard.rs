//! Access control: helpers that a handler calls first.

use std::sync::Arc;

use axum::response::Redirect;
use iron_session::Session;

use crate::session::{AppSession, Notice, ReturnTo};
use crate::user::User;

/// Lets signed-in users in, and sends others to the sign-in page.
pub(crate) fn signed_in(session: &mut Session<AppSession>) -> Result<Arc<User>, Redirect> {
    if let Some(user) = session.user() {
        return Ok(Arc::clone(user));
    }
    session.set_notice(Notice::problem("Please sign in first. Your cart is kept."));
    Err(Redirect::to("/login"))
}

/// Lets users in who have given the password in the last few minutes. Others must give it, and
/// then return to the named page.
pub(crate) fn confirmed(session: &mut Session<AppSession>, page: ReturnTo) -> Result<Arc<User>, Redirect> {
    let user = signed_in(session)?;
    if session.sudo().is_some() {
        return Ok(user);
    }
    session.set_return_to(page);
    Err(Redirect::to("/confirm"))
}
