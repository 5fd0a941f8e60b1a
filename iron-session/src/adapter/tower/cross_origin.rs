//! [`CrossOriginGuard`] as a tower layer.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response, StatusCode};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::body::SessionBody;
use crate::adapter::http_types::is_allowed;
use crate::guard::CrossOriginGuard;

impl<S> Layer<S> for CrossOriginGuard {
    type Service = CrossOriginService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        CrossOriginService { inner, guard: self.clone() }
    }
}

/// Handles requests for [`CrossOriginGuard`].
#[derive(Clone, Debug)]
pub struct CrossOriginService<S> {
    inner: S,
    guard: CrossOriginGuard,
}

impl<S, Body, ResponseBody> Service<Request<Body>> for CrossOriginService<S>
where
    S: Service<Request<Body>, Response = Response<ResponseBody>>,
{
    type Response = Response<SessionBody<ResponseBody>>;
    type Error = S::Error;
    type Future = CrossOriginFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let is_allowed = is_allowed(&self.guard, request.method(), request.uri(), request.headers());
        CrossOriginFuture { future: is_allowed.then(|| self.inner.call(request)) }
    }
}

pin_project! {
    /// The future of [`CrossOriginService`].
    #[derive(Debug)]
    pub struct CrossOriginFuture<F> {
        // `None`: the request is refused.
        #[pin]
        future: Option<F>,
    }
}

impl<F, Body, E> Future for CrossOriginFuture<F>
where
    F: Future<Output = Result<Response<Body>, E>>,
{
    type Output = Result<Response<SessionBody<Body>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(future) = self.project().future.as_pin_mut() else { return Poll::Ready(Ok(forbidden())) };
        future.poll(cx).map_ok(|response| response.map(SessionBody::new))
    }
}

fn forbidden<Body>() -> Response<SessionBody<Body>> {
    let mut response = Response::new(SessionBody::default());
    *response.status_mut() = StatusCode::FORBIDDEN;
    response
}
