//! Access control for what needs the password of a moment ago. Where a sign-in is enough, a handler
//! takes `SignedIn`.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::response::{IntoResponse, Redirect, Response};
use iron_session::error::{AccessError, ExtractError};
use iron_session::guard::{Require, Rule};
use iron_session::{ReturnTo, Session};

use crate::session::AppSession;

/// The rule that the user has given the password in the last few minutes.
struct GavePassword;

impl Rule<AppSession> for GavePassword {
    fn allows(session: &AppSession) -> bool {
        session.sudo().is_some()
    }
}

/// Lets users in who have given the password in the last few minutes. Others must give it, and
/// then return to the page.
pub(crate) struct Confirmed {
    /// The name of the user.
    pub(crate) subject: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Confirmed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        match Require::<AppSession, GavePassword>::from_request_parts(parts, state).await {
            Ok(user) => Ok(Self { subject: user.subject }),
            // The response would be a 403.
            Err(AccessError::Forbidden) => Err(ask_for_password(parts).into_response()),
            Err(refusal) => Err(refusal.into_response()),
        }
    }
}

/// A form that needs the password has the path of its page, so that the way back leads to the page.
fn ask_for_password(parts: &Parts) -> Result<Redirect, ExtractError> {
    let mut session = Session::<AppSession>::from_http_request(parts)?;
    let path = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    session.set_return_to(ReturnTo::parse(path).unwrap_or_default());
    Ok(Redirect::to("/confirm"))
}
