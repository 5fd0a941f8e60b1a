//! The service that [`SessionLayer`](crate::SessionLayer) puts around another one.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::uri::Authority;
use http::{Request, Response, StatusCode, request};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::body::SessionBody;
use crate::adapter::http_types::{append, first};
use crate::codec::IronSession;
use crate::session::{Commit, LayerOptions, RequestSession, RequestSessions};

/// Handles requests for [`SessionLayer`](crate::SessionLayer).
pub struct SessionService<S, T> {
    inner: S,
    options: LayerOptions<request::Parts, T>,
}

impl<S, T> SessionService<S, T> {
    pub(super) fn new(inner: S, options: LayerOptions<request::Parts, T>) -> Self {
        Self { inner, options }
    }
}

impl<S, T, Body, ResponseBody> Service<Request<Body>> for SessionService<S, T>
where
    S: Service<Request<Body>, Response = Response<ResponseBody>>,
    T: IronSession,
{
    type Response = Response<SessionBody<ResponseBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, T, ResponseBody>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        let authority = parts.uri.authority().map(Authority::as_str);
        let mut sessions = parts.extensions.remove::<RequestSessions>().unwrap_or_default();
        let begun = self.options.begin(&parts, authority, first(&parts.headers), &mut sessions);
        parts.extensions.insert(sessions);
        #[cfg(feature = "axum")]
        if let Ok(Some(session)) = &begun
            && session.options().sign_in_page().is_some()
        {
            super::remember_target(&mut parts);
        }
        let Ok(session) = begun else { return ResponseFuture { state: State::Refused } };
        let future = self.inner.call(Request::from_parts(parts, body));
        ResponseFuture { state: State::Called { future, session } }
    }
}

impl<S: Clone, T> Clone for SessionService<S, T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), options: self.options.clone() }
    }
}

impl<S: fmt::Debug, T: IronSession> fmt::Debug for SessionService<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionService")
            .field("type", &T::SCHEMA.name())
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}

pin_project! {
    /// The future of [`SessionService`].
    pub struct ResponseFuture<F, T: IronSession, B> {
        #[pin]
        state: State<F, T, B>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F, T: IronSession, B> {
        Called {
            #[pin]
            future: F,
            // `None`: an outer layer created the session, and commits it.
            session: Option<RequestSession<T>>,
        },
        Finishing {
            finish: Finish,
            // `None` once it was returned.
            response: Option<Response<B>>,
        },
        Refused,
    }
}

/// The rest of a commit, which waits for the server state.
type Finish = Pin<Box<dyn Future<Output = Commit> + Send>>;

impl<F, T, Body, E> Future for ResponseFuture<F, T, Body>
where
    F: Future<Output = Result<Response<Body>, E>>,
    T: IronSession,
{
    type Output = Result<Response<SessionBody<Body>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            match state.as_mut().project() {
                StateProjection::Called { future, session } => {
                    let response = ready!(future.poll(cx));
                    let Some(session) = session else {
                        return Poll::Ready(response.map(|response| response.map(SessionBody::new)));
                    };
                    let response = match response {
                        Ok(response) => response,
                        Err(error) => {
                            session.end_without_response();
                            return Poll::Ready(Err(error));
                        }
                    };
                    let commit = session.commit(response.status().as_u16());
                    if commit.is_finished() {
                        return Poll::Ready(Ok(with_headers(response.map(SessionBody::new), commit)));
                    }
                    let finish: Finish = Box::pin(commit.finish());
                    state.set(State::Finishing { finish, response: Some(response) });
                }
                StateProjection::Finishing { finish, response } => {
                    let commit = ready!(finish.as_mut().poll(cx));
                    return match response.take() {
                        Some(response) => {
                            Poll::Ready(Ok(with_headers(response.map(SessionBody::new), commit)))
                        }
                        None => Poll::Ready(Ok(internal_server_error())),
                    };
                }
                StateProjection::Refused => return Poll::Ready(Ok(internal_server_error())),
            }
        }
    }
}

impl<F, T: IronSession, B> fmt::Debug for ResponseFuture<F, T, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

/// Applies a commit.
fn with_headers<Body>(
    mut response: Response<SessionBody<Body>>,
    commit: Commit,
) -> Response<SessionBody<Body>> {
    if commit.replace_response {
        response = internal_server_error();
    }
    append(commit, response.status(), response.headers_mut());
    response
}

fn internal_server_error<Body>() -> Response<SessionBody<Body>> {
    let mut response = Response::new(SessionBody::default());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
