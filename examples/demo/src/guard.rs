//! Who may see a page: helpers that a handler begins with.

use std::sync::Arc;

use axum::response::Redirect;
use iron_session::Session;

use crate::session::{AppSession, Notice, ReturnTo};
use crate::user::User;

/// Lets in who is signed in; others are sent to the sign-in page.
pub(crate) fn signed_in(session: &mut Session<AppSession>) -> Result<Arc<User>, Redirect> {
    if let Some(user) = session.user() {
        return Ok(Arc::clone(user));
    }
    session.set_notice(Notice::problem("Please sign in first. Your cart is kept."));
    Err(Redirect::to("/login"))
}

/// Lets in who has given the password in the last minutes; others are asked for
/// it, and come back to the page that is named.
pub(crate) fn confirmed(session: &mut Session<AppSession>, page: ReturnTo) -> Result<Arc<User>, Redirect> {
    let user = signed_in(session)?;
    if session.sudo().is_some() {
        return Ok(user);
    }
    session.set_return_to(page);
    Err(Redirect::to("/confirm"))
}
