//! The signed-in user: looked up once per request, and shared by all handlers.

use std::sync::Arc;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use iron_session::Session;

use crate::session::AppSession;
use crate::text;

/// The password of every user, which the page shows to everyone.
pub(crate) const PASSWORD: &str = "blotting-paper";
pub(crate) const MAX_NAME_UNITS: usize = 40;

#[derive(Debug, PartialEq)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) customer_number: u32,
}

impl User {
    /// Finds a user's record. This shop has no database, so it derives a record from any
    /// name.
    pub(crate) fn find(name: &str) -> Option<Self> {
        if name.is_empty() || text::fitting(name, MAX_NAME_UNITS) != name {
            return None;
        }
        let number = |sum: u32, byte| (sum * 31 + u32::from(byte)) % 900_000;
        let customer_number = 100_000 + name.bytes().fold(0, number);
        Some(Self { name: name.to_owned(), customer_number })
    }
}

/// A middleware that puts the record into the session, for this request only.
///
/// `update` publishes the change at once, so that no handler conflicts with an unfinished
/// change. The field is transient, so the change does not cause a write.
pub(crate) async fn look_up(mut session: Session<AppSession>, request: Request, next: Next) -> Response {
    if let Some(user) = session.user_name().and_then(User::find) {
        session.update(|session| session.set_user(Arc::new(user)));
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_record_for_every_name() {
        let ada = User::find("Ada Lovelace");
        assert_eq!(ada, User::find("Ada Lovelace"));
        assert_ne!(ada, User::find("Ada"));
        for no_name in ["", " Ada", "Ada\n", &"a".repeat(MAX_NAME_UNITS + 1)] {
            assert_eq!(User::find(no_name), None);
        }
    }
}
