//! [`CrossOriginGuard`] as a middleware for actix-web 4.

use std::future::{Future, Ready, ready};
use std::pin::Pin;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::header::HeaderValue;
use actix_web::http::uri::Authority;
use actix_web::{Error, HttpRequest, HttpResponse};

use crate::guard::{CrossOriginGuard, RequestOrigin};

impl<S, B> Transform<S, ServiceRequest> for CrossOriginGuard
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = CrossOriginService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(CrossOriginService { service, guard: self.clone() }))
    }
}

/// Handles requests for [`CrossOriginGuard`].
#[derive(Debug)]
pub struct CrossOriginService<S> {
    service: S,
    guard: CrossOriginGuard,
}

impl<S, B> Service<ServiceRequest> for CrossOriginService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        if !is_allowed(&self.guard, request.request()) {
            let refused = request.into_response(HttpResponse::Forbidden().finish());
            return Box::pin(ready(Ok(refused.map_into_right_body())));
        }
        let response = self.service.call(request);
        Box::pin(async move { Ok(response.await?.map_into_left_body()) })
    }
}

fn is_allowed(guard: &CrossOriginGuard, request: &HttpRequest) -> bool {
    let header = |name| request.headers().get(name).map(HeaderValue::as_bytes);
    // Not `ConnectionInfo`, which believes the forwarding headers of any client.
    let authority = request.uri().authority().map(Authority::as_str);
    guard.check(RequestOrigin::new(request.method().as_str(), authority, header)).is_ok()
}
