//! The service that [`SessionMiddleware`](crate::SessionMiddleware) puts around another one.

use std::borrow::Cow;
use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::rc::Rc;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, forward_ready};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::http::uri::Authority;
use actix_web::{Error, HttpMessage as _, HttpRequest, HttpResponse};

use super::with_cookies::WithCookies;
use crate::codec::IronSession;
use crate::error::Conflict;
use crate::session::{Commit, LayerOptions, RequestSession, RequestSessions};

/// Handles requests for [`SessionMiddleware`](crate::SessionMiddleware).
pub struct SessionService<S, T> {
    pub(super) service: Rc<S>,
    pub(super) options: LayerOptions<HttpRequest, T>,
}

impl<S, B, T> Service<ServiceRequest> for SessionService<S, T>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
    T: IronSession,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let Ok(session) = self.begin(&request) else {
            let refused = request.into_response(HttpResponse::InternalServerError().finish());
            return Box::pin(ready(Ok(refused.map_into_right_body())));
        };
        let response = self.service.call(request);
        Box::pin(async move {
            match (response.await, session) {
                (Ok(response), Some(session)) => {
                    let commit = session.commit(response.status().as_u16()).finish().await;
                    Ok(with_headers(response, commit))
                }
                (Err(error), Some(session)) => Err(error_with_headers(error, &session).await),
                // An outer middleware created the session, and commits it.
                (response, None) => Ok(response?.map_into_left_body()),
            }
        })
    }
}

impl<S, T: IronSession> SessionService<S, T> {
    fn begin(&self, request: &ServiceRequest) -> Result<Option<RequestSession<T>>, Conflict> {
        // Not `ConnectionInfo`, which believes the forwarding headers of any client.
        let authority = request.uri().authority().map(Authority::as_str);
        let header = |name| request.headers().get(name).map(HeaderValue::as_bytes);
        // Not borrowed meanwhile, because a subscriber that logs a conflict may read the
        // request.
        let mut sessions = request.extensions_mut().remove::<RequestSessions>().unwrap_or_default();
        let begun = self.options.begin(request.request(), authority, header, &mut sessions);
        request.extensions_mut().insert(sessions);
        begun
    }
}

impl<S, T: IronSession> fmt::Debug for SessionService<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionService").field("type", &T::SCHEMA.name()).finish_non_exhaustive()
    }
}

/// Applies a commit.
fn with_headers<B>(response: ServiceResponse<B>, commit: Commit) -> ServiceResponse<EitherBody<B>> {
    let mut response = if commit.replace_response {
        response.into_response(HttpResponse::InternalServerError().finish()).map_into_right_body()
    } else {
        response.map_into_left_body()
    };
    let reason = response.status().canonical_reason();
    append(commit, reason, response.headers_mut());
    response
}

/// Applies a commit to an error. It becomes a response further out, which must carry the
/// cookies as well: a redirect to the sign-in page is often an error.
async fn error_with_headers<T: IronSession>(error: Error, session: &RequestSession<T>) -> Error {
    // The response inside an error can be taken only once, so it stays there if it needs no
    // cookies.
    if session.commit_unused() {
        return error;
    }
    // Its status may differ from `status_code()`, which has a default.
    let mut response = error.error_response();
    let commit = session.commit(response.status().as_u16()).finish().await;
    if commit.replace_response {
        response = HttpResponse::InternalServerError().finish();
    }
    let reason = response.status().canonical_reason();
    append(commit, reason, response.headers_mut());
    WithCookies::new(error, response).into()
}

fn append(commit: Commit, reason: Option<&str>, headers: &mut HeaderMap) {
    let present = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    for header in commit.headers(reason, present) {
        let value = match header.value {
            Cow::Borrowed(value) => Ok(HeaderValue::from_static(value)),
            Cow::Owned(value) => HeaderValue::try_from(value),
        };
        // Every value is visible ASCII.
        if let Ok(mut value) = value {
            value.set_sensitive(header.is_sensitive);
            headers.append(HeaderName::from_static(header.name), value);
        }
    }
}
