//! A [`Site`] on actix-web.

use std::future::ready;
use std::rc::Rc;

use actix_http::{ConnectionType, HttpService};
use actix_web::body::{BodyStream, BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Payload, Service as _, ServiceFactory, ServiceRequest, ServiceResponse, fn_factory};
use actix_web::http::StatusCode;
use actix_web::middleware::{Condition, Next, from_fn};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, ResponseError, rt, test};
use iron_session::SessionMiddleware;
use iron_session::{IronSession, Session, SessionOptions};

use crate::http::Server;
use crate::message::Response;
use crate::session::OtherSession;
use crate::site::{Layer, Route, Site, SiteResponse, SiteResult};

/// Serves an application as actix-web's `HttpServer` does, but on this thread.
pub(crate) async fn serve<B: MessageBody + 'static>(
    app: actix_web::App<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = actix_web::Error,
            InitError = (),
        > + 'static,
    >,
) -> Server {
    let app = Rc::new(test::init_service(app).await);
    let app = fn_factory(move || ready(Ok::<_, ()>(Rc::clone(&app))));
    let server = HttpService::build().finish(app).tcp().new_service(()).await.expect("a server");
    Server::start(|listener| {
        rt::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                rt::spawn(server.call(stream));
            }
        })
    })
}

/// Serves a site.
pub(crate) async fn serve_site<T: IronSession>(site: Site<T>) -> Server {
    let Site { layer, outer_layer, other_layer, middleware, guard, routes, polled, .. } = site;
    let has_middleware = middleware.is_some();
    let middleware = from_fn(move |session: Session<T>, request: ServiceRequest, next: Next<_>| {
        let middleware = middleware.clone();
        async move {
            let outcome = middleware.expect("only when there is one")(session);
            let after = outcome.map_err(Refusal::from)?;
            let response = next.call(request).await;
            after();
            response
        }
    });
    let (has_layer, session) = match layer {
        Layer::None => (false, never()),
        Layer::Fixed(options) => {
            let session = SessionMiddleware::<T>::new(options).expect("a fitting budget");
            let session = match polled {
                polled if polled.is_empty() => session,
                polled => session.without_refresh(move |request| polled.contains(&request.path())),
            };
            (true, session)
        }
        Layer::ByHost(options) => {
            let session = SessionMiddleware::<T>::per_request(move |request| {
                let host = request.headers().get("host").and_then(|host| host.to_str().ok());
                options(host.unwrap_or_default()).check().expect("a fitting budget")
            });
            (true, session)
        }
    };
    let app = actix_web::App::new()
        .configure(|config| routes.into_iter().for_each(|route| add_route(config, route)))
        .wrap(Condition::new(has_middleware, middleware))
        .wrap(Condition::new(has_layer, session))
        .wrap(optional::<T>(outer_layer))
        .wrap(optional::<OtherSession>(other_layer))
        .wrap(Condition::new(guard.is_some(), guard.unwrap_or_default()))
        .wrap(from_fn(echo_after_upgrade));
    serve(app).await
}

/// After a 101, sends back what arrives.
async fn echo_after_upgrade(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let is_upgrade = request.headers().contains_key("upgrade");
    let received = if is_upgrade { request.parts_mut().1.take() } else { Payload::None };
    let response = next.call(request).await?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Ok(response.map_into_right_body());
    }
    let response = response.map_body(|head, _| {
        head.set_connection_type(ConnectionType::Upgrade);
        BodyStream::new(received)
    });
    Ok(response.map_into_left_body())
}

/// Wraps a layer that may be missing, so that the type is the same in both cases.
fn optional<T: IronSession>(options: Option<SessionOptions>) -> Condition<SessionMiddleware<T>> {
    match options {
        Some(options) => Condition::new(true, SessionMiddleware::new(options).expect("a fitting budget")),
        None => Condition::new(false, never()),
    }
}

fn never<T: IronSession>() -> SessionMiddleware<T> {
    SessionMiddleware::per_request(|_| unreachable!("the layer is not enabled"))
}

fn add_route<T: IronSession>(config: &mut ServiceConfig, (path, route): (&'static str, Route<T>)) {
    match route {
        Route::WithoutSession(handler) => config.route(
            path,
            web::route().to(move || {
                let reply = handler(());
                async { respond(reply.await) }
            }),
        ),
        Route::One(handler) => config.route(
            path,
            web::route().to(move |session: Session<T>| {
                let reply = handler(session);
                async { respond(reply.await) }
            }),
        ),
        Route::Two(handler) => config.route(
            path,
            web::route().to(move |first: Session<T>, second: Session<T>| {
                let reply = handler((first, second));
                async { respond(reply.await) }
            }),
        ),
        Route::WithOther(handler) => config.route(
            path,
            web::route().to(move |session: Session<T>, other: Session<OtherSession>| {
                let reply = handler((session, other));
                async { respond(reply.await) }
            }),
        ),
    };
}

fn respond(result: SiteResult) -> Result<HttpResponse, Refusal> {
    result.map(to_actix).map_err(Refusal::from)
}

fn to_actix(response: SiteResponse) -> HttpResponse {
    let mut built = HttpResponse::build(StatusCode::from_u16(response.status).expect("a valid status"));
    for header in response.headers {
        built.append_header(header);
    }
    match response.stream {
        Some(stream) => built.streaming(stream),
        None => built.body(response.body),
    }
}

/// An error of the application that only defines its response, so that actix-web's
/// `status_code` keeps its default.
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

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "failed with {}", self.status)
    }
}

impl ResponseError for Refusal {
    fn error_response(&self) -> HttpResponse<BoxBody> {
        let (headers, body) = (self.headers.clone(), self.body.clone());
        to_actix(SiteResponse { status: self.status, headers, body, stream: None })
    }
}

/// Reads a response of actix-web to its end.
pub async fn read_response(response: HttpResponse<impl MessageBody>) -> Response {
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().expect("a readable header").to_owned()));
    let (status, headers) = (response.status().as_u16(), headers.collect());
    let Ok(body) = to_bytes(response.into_body()).await else { panic!("a body that can't be read") };
    Response { status, headers, body: String::from_utf8(body.to_vec()).expect("text") }
}
