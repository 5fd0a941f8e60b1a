//! A [`Site`] on axum.

use std::any::Any;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::middleware::{Next, from_fn};
use axum::response::Response as AxumResponse;
use axum::routing::any;
use http_body::Frame;
use iron_session::{IronSession, Session, SessionLayer};
use tower::ServiceExt as _;

use crate::browser::App;
use crate::message::{Request, Response};
use crate::session::OtherSession;
use crate::site::{Layer, Middleware, Route, Site, SiteResponse, SiteResult};

pub(crate) struct AxumApp(Router);

impl AxumApp {
    pub(crate) fn serve(router: Router) -> Self {
        Self(router)
    }

    pub(crate) fn start<T: IronSession>(site: Site<T>) -> Self {
        let mut router = site.routes.into_iter().fold(Router::new(), add_route);
        if let Some(middleware) = site.middleware {
            router = router.layer(from_fn(move |session: Session<T>, request, next| {
                run_middleware(Arc::clone(&middleware), session, request, next)
            }));
        }
        router = match site.layer {
            Layer::None => router,
            Layer::Fixed(options) => {
                let layer = SessionLayer::<T>::new(options).expect("a fitting budget");
                router.layer(match site.polled {
                    polled if polled.is_empty() => layer,
                    polled => layer.without_refresh(move |parts| polled.contains(&parts.uri.path())),
                })
            }
            Layer::ByHost(options) => router.layer(SessionLayer::<T>::per_request(move |parts| {
                let host = parts.headers.get("host").and_then(|host| host.to_str().ok());
                options(host.unwrap_or_default()).check().expect("a fitting budget")
            })),
        };
        if let Some(options) = site.outer_layer {
            router = router.layer(SessionLayer::<T>::new(options).expect("a fitting budget"));
        }
        if let Some(options) = site.other_layer {
            router = router.layer(SessionLayer::<OtherSession>::new(options).expect("a fitting budget"));
        }
        if let Some(guard) = site.guard {
            router = router.layer(guard);
        }
        Self(router)
    }
}

fn add_route<T: IronSession>(router: Router, (path, route): (&'static str, Route<T>)) -> Router {
    match route {
        Route::WithoutSession(handler) => router.route(path, any(async move || respond(handler(()).await))),
        Route::One(handler) => {
            router.route(path, any(async move |session: Session<T>| respond(handler(session).await)))
        }
        Route::Two(handler) => router.route(
            path,
            any(async move |first: Session<T>, second: Session<T>| respond(handler((first, second)).await)),
        ),
        Route::WithOther(handler) => router.route(
            path,
            any(async move |session: Session<T>, other: Session<OtherSession>| {
                respond(handler((session, other)).await)
            }),
        ),
    }
}

async fn run_middleware<T: IronSession>(
    middleware: Middleware<T>,
    session: Session<T>,
    request: axum::extract::Request,
    next: Next,
) -> Result<AxumResponse, AxumResponse> {
    let after = middleware(session).map_err(to_axum)?;
    let response = next.run(request).await;
    after();
    Ok(response)
}

#[expect(clippy::result_large_err, reason = "axum handlers return it like this")]
fn respond(result: SiteResult) -> Result<AxumResponse, AxumResponse> {
    result.map(to_axum).map_err(to_axum)
}

fn to_axum(response: SiteResponse) -> AxumResponse {
    let body = match response.kept {
        Some(kept) => Body::new(Streaming { text: Some(response.body.into()), _kept: kept }),
        None => Body::from(response.body),
    };
    let mut built = http::Response::builder().status(response.status);
    for (name, value) in response.headers {
        built = built.header(name, value);
    }
    built.body(body).expect("a valid response")
}

/// A body that is sent in pieces, and keeps a value alive until then.
struct Streaming {
    text: Option<Bytes>,
    _kept: Box<dyn Any + Send>,
}

impl HttpBody for Streaming {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.text.take().map(|text| Ok(Frame::data(text))))
    }
}

impl App for AxumApp {
    fn send(&self, request: Request) -> Pin<Box<dyn Future<Output = Response> + '_>> {
        let mut built = http::Request::builder().method(request.method).uri(request.path);
        for (name, value) in request.headers {
            built = built.header(name, value);
        }
        let request = built.body(Body::from(request.body)).expect("a valid request");
        Box::pin(async move {
            let response = self.0.clone().oneshot(request).await.expect("axum never fails");
            let (parts, body) = response.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
            let headers = parts.headers.iter().map(|(name, value)| {
                (name.to_string(), value.to_str().expect("a readable header").to_owned())
            });
            let sensitive = parts.headers.iter().filter(|(_, value)| value.is_sensitive());
            Response {
                status: parts.status.as_u16(),
                headers: headers.collect(),
                sensitive: sensitive.map(|(name, _)| name.to_string()).collect(),
                body: String::from_utf8(body.to_vec()).expect("text"),
            }
        })
    }
}
