//! The endpoint that [`PoemSession`](crate::PoemSession) puts around another one.

use std::fmt;

use poem::http::StatusCode;
use poem::http::uri::Authority;
use poem::{Endpoint, IntoResponse, Request, Response, Result};

use crate::adapter::http_types::{append, first};
use crate::codec::IronSession;
use crate::error::Conflict;
use crate::session::{Commit, LayerOptions, RequestSession, RequestSessions};

/// Handles requests for [`PoemSession`](crate::PoemSession).
pub struct SessionEndpoint<E, T> {
    pub(super) endpoint: E,
    pub(super) options: LayerOptions<Request, T>,
}

impl<E: Endpoint, T: IronSession> Endpoint for SessionEndpoint<E, T> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let Ok(session) = self.begin(&mut request) else {
            return Ok(StatusCode::INTERNAL_SERVER_ERROR.into_response());
        };
        let response = self.endpoint.call(request).await.map(IntoResponse::into_response);
        // An outer middleware created the session, and commits it.
        let Some(session) = session else { return response };
        let response = match response {
            Ok(response) => response,
            // Other endpoints recognize the error by its type.
            Err(error) if session.commit_unused() => return Err(error),
            // An error has no headers, and a middleware further out may make another response from
            // it, without the cookies.
            Err(error) => error.into_response(),
        };
        let commit = session.commit(response.status().as_u16()).finish().await;
        Ok(with_headers(response, commit))
    }
}

impl<E, T: IronSession> SessionEndpoint<E, T> {
    fn begin(&self, request: &mut Request) -> Result<Option<RequestSession<T>>, Conflict> {
        let mut sessions = request.extensions_mut().remove::<RequestSessions>().unwrap_or_default();
        let authority = request.uri().authority().map(Authority::as_str);
        let begun = self.options.begin(request, authority, first(request.headers()), &mut sessions);
        request.extensions_mut().insert(sessions);
        begun
    }
}

impl<E, T: IronSession> fmt::Debug for SessionEndpoint<E, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionEndpoint").field("type", &T::SCHEMA.name()).finish_non_exhaustive()
    }
}

/// Applies a commit.
fn with_headers(response: Response, commit: Commit) -> Response {
    let mut response =
        if commit.replace_response { StatusCode::INTERNAL_SERVER_ERROR.into_response() } else { response };
    append(commit, response.status(), response.headers_mut());
    response
}
