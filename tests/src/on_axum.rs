//! A [`Site`] on axum.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::middleware::{Next, from_fn};
use axum::response::Response as AxumResponse;
use axum::routing::any;
use hyper_util::rt::TokioIo;
use iron_session::{IronSession, Session, SessionLayer};
use tokio::io::{copy, split};

use crate::http::Server;
use crate::session::OtherSession;
use crate::site::{Layer, Middleware, Route, Site, SiteResponse, SiteResult};

/// Serves an application.
pub(crate) fn serve(router: Router) -> Server {
    Server::start(|listener| {
        tokio::spawn(async { axum::serve(listener, router).await.expect("axum serves") })
    })
}

/// Serves a site.
pub(crate) fn serve_site<T: IronSession>(site: Site<T>) -> Server {
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
    serve(router.layer(from_fn(echo_after_upgrade)))
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

/// After a 101, sends back what arrives.
async fn echo_after_upgrade(mut request: axum::extract::Request, next: Next) -> AxumResponse {
    let upgrade = hyper::upgrade::on(&mut request);
    let response = next.run(request).await;
    if response.status() == http::StatusCode::SWITCHING_PROTOCOLS {
        tokio::spawn(async {
            let (mut reader, mut writer) = split(TokioIo::new(upgrade.await.expect("another protocol")));
            // The client may reset the connection at any time.
            let _ = copy(&mut reader, &mut writer).await;
        });
    }
    response
}

#[expect(clippy::result_large_err, reason = "axum handlers return it like this")]
fn respond(result: SiteResult) -> Result<AxumResponse, AxumResponse> {
    result.map(to_axum).map_err(to_axum)
}

fn to_axum(response: SiteResponse) -> AxumResponse {
    let body = match response.stream {
        Some(stream) => Body::from_stream(stream),
        None => Body::from(response.body),
    };
    let mut built = http::Response::builder().status(response.status);
    for (name, value) in response.headers {
        built = built.header(name, value);
    }
    built.body(body).expect("a valid response")
}
