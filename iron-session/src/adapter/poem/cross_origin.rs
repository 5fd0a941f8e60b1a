//! [`CrossOriginGuard`] as a middleware of poem.

use poem::http::StatusCode;
use poem::{Endpoint, IntoResponse, Middleware, Request, Response, Result};

use crate::adapter::http_types::is_allowed;
use crate::guard::CrossOriginGuard;

impl<E: Endpoint> Middleware<E> for CrossOriginGuard {
    type Output = CrossOriginEndpoint<E>;

    fn transform(&self, endpoint: E) -> Self::Output {
        CrossOriginEndpoint { endpoint, guard: self.clone() }
    }
}

/// Handles requests for [`CrossOriginGuard`].
#[derive(Debug)]
pub struct CrossOriginEndpoint<E> {
    endpoint: E,
    guard: CrossOriginGuard,
}

impl<E: Endpoint> Endpoint for CrossOriginEndpoint<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if !is_allowed(&self.guard, request.method(), request.uri(), request.headers()) {
            return Ok(StatusCode::FORBIDDEN.into_response());
        }
        self.endpoint.call(request).await.map(IntoResponse::into_response)
    }
}
