//! A [`Site`] on Rocket.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use iron_session::{IronSession, Session, SessionFairing};
use rocket::catcher::{self, Catcher};
use rocket::config::{Config, LogLevel, Shutdown};
use rocket::data::{Data, FromData, IoHandler, IoStream, Limits, ToByteUnit as _};
use rocket::fairing::AdHoc;
use rocket::futures::StreamExt as _;
use rocket::http::{Method, Status};
use rocket::outcome::Outcome;
use rocket::request::{FromRequest, Request};
use rocket::response::stream::ReaderStream;
use rocket::response::{Responder, Response};
use rocket::route::{self, Handler};
use rocket::{Build, Rocket};
use tokio::sync::oneshot;

use crate::http::Server;
use crate::session::OtherSession;
use crate::site::{Layer, Middleware, Route, Site, SiteResponse, SiteResult};

/// Every method that Rocket knows, but `HEAD`, which it derives from `GET`.
const METHODS: [Method; 8] = [
    Method::Get,
    Method::Post,
    Method::Put,
    Method::Patch,
    Method::Delete,
    Method::Options,
    Method::Trace,
    Method::Connect,
];

/// Starts an application without routes, whose catchers respond with nothing but the status.
pub fn build() -> Rocket<Build> {
    let config = Config {
        port: 0,
        log_level: LogLevel::Off,
        limits: Limits::default().limit("form", 2.mebibytes()).limit("string", 2.mebibytes()),
        // The tests' own signals.
        shutdown: Shutdown { ctrlc: false, signals: [].into(), grace: 0, mercy: 0, ..Shutdown::default() },
        ..Config::release_default()
    };
    rocket::custom(config).register("/", [Catcher::new(None, empty)])
}

fn empty<'r>(status: Status, _: &'r Request<'_>) -> catcher::BoxFuture<'r> {
    Box::pin(async move { Response::build().status(status).ok() })
}

/// Makes routes for every method.
#[expect(clippy::needless_pass_by_value, reason = "like the constructor of a route")]
pub fn any_method(path: &str, handler: impl Handler + Clone) -> Vec<rocket::Route> {
    METHODS.map(|method| rocket::Route::new(method, path, handler.clone())).into()
}

/// Makes a handler of a function that takes a request guard, and after it a data guard.
///
/// Other than with Rocket's attributes, a missing fairing shows when a request comes, and not before
/// the launch.
pub fn handler<G, D, R>(function: fn(G, D) -> R) -> impl Handler + Clone
where
    G: for<'r> FromRequest<'r> + Send + 'static,
    D: for<'r> FromData<'r> + Send + 'static,
    R: for<'r> Responder<'r, 'static> + Send + 'static,
{
    Function(function)
}

/// The handler of a function.
struct Function<G, D, R>(fn(G, D) -> R);

impl<G, D, R> Clone for Function<G, D, R> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

#[rocket::async_trait]
impl<G, D, R> Handler for Function<G, D, R>
where
    G: for<'r> FromRequest<'r> + Send + 'static,
    D: for<'r> FromData<'r> + Send + 'static,
    R: for<'r> Responder<'r, 'static> + Send + 'static,
{
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> route::Outcome<'r> {
        let guard = match G::from_request(request).await {
            Outcome::Success(guard) => guard,
            Outcome::Error((status, _)) => return Outcome::Error(status),
            Outcome::Forward(status) => return Outcome::Forward((data, status)),
        };
        let body = match D::from_data(request, data).await {
            Outcome::Success(body) => body,
            Outcome::Error((status, _)) => return Outcome::Error(status),
            Outcome::Forward(forwarded) => return Outcome::Forward(forwarded),
        };
        route::Outcome::from(request, (self.0)(guard, body))
    }
}

/// Serves an application.
pub(crate) async fn serve(rocket: Rocket<Build>) -> Server {
    let (tell, told) = oneshot::channel();
    let rocket = rocket.attach(AdHoc::on_liftoff("port", move |rocket| {
        Box::pin(async move { tell.send(rocket.config().port).expect("a receiver") })
    }));
    // Rocket opens its socket itself.
    let task = tokio::spawn(async { drop(rocket.launch().await.expect("Rocket launches")) });
    let port = told.await.expect("Rocket launches");
    Server::running(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), task)
}

/// Serves a site.
pub(crate) async fn serve_site<T: IronSession>(site: Site<T>) -> Server {
    let Site { layer, outer_layer, other_layer, middleware, guard, routes, polled, .. } = site;
    let is_nested = outer_layer.is_some() || other_layer.is_some();
    let mut rocket = build();
    if let Some(guard) = guard {
        rocket = rocket.attach(guard);
    }
    if let Some(options) = other_layer {
        rocket = rocket.attach(SessionFairing::<OtherSession>::new(options).expect("a fitting budget"));
    }
    if let Some(options) = outer_layer {
        rocket = rocket.attach(SessionFairing::<T>::new(options).expect("a fitting budget"));
    }
    rocket = match layer {
        Layer::None => rocket,
        // Otherwise, Rocket would not launch if the options are in conflict.
        Layer::Fixed(options) if is_nested => {
            let options = options.check().expect("a fitting budget");
            rocket.attach(SessionFairing::<T>::per_request(move |_| options.clone()))
        }
        Layer::Fixed(options) => {
            let fairing = SessionFairing::<T>::new(options).expect("a fitting budget");
            rocket.attach(match polled {
                polled if polled.is_empty() => fairing,
                polled => {
                    fairing.without_refresh(move |request| polled.contains(&request.uri().path().as_str()))
                }
            })
        }
        Layer::ByHost(options) => rocket.attach(SessionFairing::<T>::per_request(move |request| {
            let host = request.headers().get_one("host").unwrap_or_default();
            options(host).check().expect("a fitting budget")
        })),
    };
    let routes = routes.into_iter().flat_map(|(path, route)| {
        let handler = SiteHandler { route: Arc::new(route), middleware: middleware.clone() };
        any_method(path, handler)
    });
    serve(rocket.mount("/", routes.collect::<Vec<_>>())).await
}

/// A handler, behind the middleware of the site.
struct SiteHandler<T: IronSession> {
    route: Arc<Route<T>>,
    middleware: Option<Middleware<T>>,
}

impl<T: IronSession> Clone for SiteHandler<T> {
    fn clone(&self) -> Self {
        Self { route: Arc::clone(&self.route), middleware: self.middleware.clone() }
    }
}

#[rocket::async_trait]
impl<T: IronSession> Handler for SiteHandler<T> {
    async fn handle<'r>(&self, request: &'r Request<'_>, _: Data<'r>) -> route::Outcome<'r> {
        let response = match &self.middleware {
            None => self.call(request).await,
            Some(middleware) => match session::<T>(request).await.map(|session| middleware(session)) {
                Ok(Ok(after)) => {
                    let response = self.call(request).await;
                    after();
                    response
                }
                Ok(Err(refusal)) => respond(Err(refusal)),
                Err(status) => Err(status),
            },
        };
        match response {
            Ok(response) => Outcome::Success(response),
            Err(status) => Outcome::Error(status),
        }
    }
}

impl<T: IronSession> SiteHandler<T> {
    async fn call(&self, request: &Request<'_>) -> Result<Response<'static>, Status> {
        let result = match &*self.route {
            Route::WithoutSession(handler) => handler(()).await,
            Route::One(handler) => handler(session(request).await?).await,
            Route::Two(handler) => handler((session(request).await?, session(request).await?)).await,
            Route::WithOther(handler) => handler((session(request).await?, session(request).await?)).await,
        };
        respond(result)
    }
}

async fn session<T: IronSession>(request: &Request<'_>) -> Result<Session<T>, Status> {
    match request.guard::<Session<T>>().await {
        Outcome::Success(session) => Ok(session),
        Outcome::Error((status, _)) | Outcome::Forward(status) => Err(status),
    }
}

/// An error of the application is a status for a catcher or, if it has more than that, a responder.
fn respond(result: SiteResult) -> Result<Response<'static>, Status> {
    match result {
        Err(SiteResponse { status, headers, body, stream: None })
            if status >= 400 && headers.is_empty() && body.is_empty() =>
        {
            Err(Status::new(status))
        }
        Ok(response) | Err(response) => Ok(to_rocket(response)),
    }
}

fn to_rocket(response: SiteResponse) -> Response<'static> {
    let mut built = Response::build();
    built.status(Status::new(response.status));
    for (name, value) in response.headers {
        built.raw_header_adjoin(name, value);
    }
    match response.stream {
        Some(stream) => {
            let pieces = stream.map(|Ok(piece)| piece);
            built.streamed_body(ReaderStream::from(pieces.map(std::io::Cursor::new)))
        }
        None if response.status == 101 => built.upgrade("websocket", Echo),
        None => built.sized_body(response.body.len(), std::io::Cursor::new(response.body)),
    };
    built.finalize()
}

/// Sends back what arrives on an upgraded connection.
struct Echo;

#[rocket::async_trait]
impl IoHandler for Echo {
    async fn io(self: Pin<Box<Self>>, stream: IoStream) -> std::io::Result<()> {
        let (mut reader, mut writer) = tokio::io::split(stream);
        tokio::io::copy(&mut reader, &mut writer).await.map(drop)
    }
}
