//! A [`Site`] on poem.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::{fmt, io};

use futures_core::Stream;
use hyper::body::Bytes;
use iron_session::{IronSession, PoemSession, Session};
use poem::endpoint::{BoxEndpoint, make};
use poem::error::ResponseError;
use poem::http::StatusCode;
use poem::listener::TcpAcceptor;
use poem::{
    Body, Endpoint, EndpointExt as _, FromRequest as _, IntoEndpoint, Request, Response, Result, Route,
};
use tokio::io::{copy, split};

use crate::http::Server;
use crate::session::OtherSession;
use crate::site::{Layer, Site, SiteResponse, SiteResult, Streaming};

/// Serves an application.
pub(crate) fn serve(app: impl IntoEndpoint<Endpoint: 'static> + Send + 'static) -> Server {
    Server::start(|listener| {
        tokio::spawn(async {
            let acceptor = TcpAcceptor::from_tokio(listener).expect("an address");
            poem::Server::new_with_acceptor(acceptor).run(app).await.expect("poem serves");
        })
    })
}

/// Serves a site.
pub(crate) fn serve_site<T: IronSession>(site: Site<T>) -> Server {
    let mut app: BoxEndpoint<'static> = site.routes.into_iter().fold(Route::new(), add_route).boxed();
    if let Some(middleware) = site.middleware {
        let around = move |next: Arc<BoxEndpoint<'static>>, request: Request| {
            let middleware = Arc::clone(&middleware);
            async move {
                let session = Session::<T>::from_request_without_body(&request).await?;
                let after = middleware(session).map_err(Refusal::from)?;
                let response = next.call(request).await;
                after();
                response
            }
        };
        app = app.around(around).boxed();
    }
    app = match site.layer {
        Layer::None => app,
        Layer::Fixed(options) => {
            let session = PoemSession::<T>::new(options).expect("a fitting budget");
            let session = match site.polled {
                polled if polled.is_empty() => session,
                polled => session.without_refresh(move |request| polled.contains(&request.uri().path())),
            };
            app.with(session).boxed()
        }
        Layer::ByHost(options) => {
            let session = PoemSession::<T>::per_request(move |request| {
                options(request.header("host").unwrap_or_default()).check().expect("a fitting budget")
            });
            app.with(session).boxed()
        }
    };
    if let Some(options) = site.outer_layer {
        app = app.with(PoemSession::<T>::new(options).expect("a fitting budget")).boxed();
    }
    if let Some(options) = site.other_layer {
        app = app.with(PoemSession::<OtherSession>::new(options).expect("a fitting budget")).boxed();
    }
    if let Some(guard) = site.guard {
        app = app.with(guard).boxed();
    }
    serve(app.around(echo_after_upgrade))
}

/// After a 101, sends back what arrives.
async fn echo_after_upgrade(next: Arc<BoxEndpoint<'static>>, request: Request) -> Result<Response> {
    let upgrade = request.take_upgrade();
    let response = next.call(request).await?;
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        let upgrade = upgrade?;
        tokio::spawn(async {
            let (mut reader, mut writer) = split(upgrade.await.expect("another protocol"));
            // The client may reset the connection at any time.
            let _ = copy(&mut reader, &mut writer).await;
        });
    }
    Ok(response)
}

fn add_route<T: IronSession>(app: Route, (path, route): (&'static str, crate::site::Route<T>)) -> Route {
    use crate::site::Route::{One, Two, WithOther, WithoutSession};

    match route {
        WithoutSession(handler) => app.at(
            path,
            make(move |_| {
                let reply = handler(());
                async { respond(reply.await) }
            }),
        ),
        One(handler) => app.at(
            path,
            make(move |request| {
                let handler = Arc::clone(&handler);
                async move { respond(handler(extract(&request).await?).await) }
            }),
        ),
        Two(handler) => app.at(
            path,
            make(move |request| {
                let handler = Arc::clone(&handler);
                async move { respond(handler((extract(&request).await?, extract(&request).await?)).await) }
            }),
        ),
        WithOther(handler) => app.at(
            path,
            make(move |request| {
                let handler = Arc::clone(&handler);
                async move { respond(handler((extract(&request).await?, extract(&request).await?)).await) }
            }),
        ),
    }
}

async fn extract<T: IronSession>(request: &Request) -> Result<Session<T>> {
    Session::from_request_without_body(request).await
}

fn respond(result: SiteResult) -> Result<Response> {
    Ok(result.map(to_poem).map_err(Refusal::from)?)
}

fn to_poem(response: SiteResponse) -> Response {
    let status = StatusCode::from_u16(response.status).expect("a valid status");
    let headers = response.headers.into_iter();
    let built =
        headers.fold(Response::builder().status(status), |built, (name, value)| built.header(name, value));
    match response.stream {
        Some(stream) => built.body(Body::from_bytes_stream(Pieces(stream))),
        None => built.body(response.body),
    }
}

/// An error of the application that defines its response.
#[derive(Debug)]
struct Refusal {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl From<SiteResponse> for Refusal {
    fn from(response: SiteResponse) -> Self {
        Self { status: response.status, headers: response.headers, body: response.body }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed with {}", self.status)
    }
}

impl std::error::Error for Refusal {}

impl ResponseError for Refusal {
    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).expect("a valid status")
    }

    fn as_response(&self) -> Response {
        let (headers, body) = (self.headers.clone(), self.body.clone());
        to_poem(SiteResponse { status: self.status, headers, body, stream: None })
    }
}

/// A streaming body, with the type of error that poem expects.
struct Pieces(Streaming);

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = ready!(Pin::new(&mut self.0).poll_next(cx));
        Poll::Ready(piece.map(|piece| {
            let Ok(text) = piece;
            Ok(text)
        }))
    }
}
