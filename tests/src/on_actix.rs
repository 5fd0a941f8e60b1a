//! A [`Site`] on actix-web.

use std::any::Any;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Service as _, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderValue;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{Condition, Next, from_fn};
use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{HttpResponse, ResponseError, test};
use iron_session::SessionMiddleware;
use iron_session::{IronSession, Session, SessionOptions};

use crate::browser::App;
use crate::message::{Request, Response};
use crate::session::OtherSession;
use crate::site::{Layer, Route, Site, SiteResponse, SiteResult};

pub(crate) struct ActixApp(Box<dyn Fn(Request) -> LocalFuture<Response>>);

type LocalFuture<R> = Pin<Box<dyn Future<Output = R>>>;

impl ActixApp {
    pub(crate) async fn start<T: IronSession>(site: Site<T>) -> Self {
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
            .wrap(Condition::new(guard.is_some(), guard.unwrap_or_default()));
        Self::serve(app).await
    }

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
    ) -> Self {
        let service = Rc::new(test::init_service(app).await);
        Self(Box::new(move |request| {
            let (service, request) = (Rc::clone(&service), build(request).to_request());
            Box::pin(async move {
                // The second case is what actix-web's server does with an
                // error.
                match service.call(request).await {
                    Ok(response) => read_response(response.into_parts().1).await,
                    Err(error) => read_response(error.error_response()).await,
                }
            })
        }))
    }
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
    match response.kept {
        Some(kept) => built.body(Streaming { text: Some(response.body.into()), _kept: kept }),
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
        to_actix(SiteResponse { status: self.status, headers, body, kept: None })
    }
}

/// A body that is sent in pieces, and keeps a value alive until then.
struct Streaming {
    text: Option<Bytes>,
    _kept: Box<dyn Any + Send>,
}

impl MessageBody for Streaming {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(self.text.take().map(Ok))
    }
}

fn build(request: Request) -> test::TestRequest {
    let method = Method::from_bytes(request.method.as_bytes()).expect("a method");
    let built = test::TestRequest::with_uri(&request.path).method(method).set_payload(request.body);
    request.headers.into_iter().fold(built, |built, (name, value)| {
        let value = HeaderValue::from_bytes(&value).expect("a valid header");
        built.append_header((name, value))
    })
}

/// Reads a response of actix-web to its end.
pub async fn read_response(response: HttpResponse<impl MessageBody>) -> Response {
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().expect("a readable header").to_owned()));
    let sensitive = response.headers().iter().filter(|(_, value)| value.is_sensitive());
    let sensitive = sensitive.map(|(name, _)| name.to_string()).collect();
    let (status, headers) = (response.status().as_u16(), headers.collect());
    let Ok(body) = to_bytes(response.into_body()).await else { panic!("a body that can't be read") };
    Response { status, headers, sensitive, body: String::from_utf8(body.to_vec()).expect("text") }
}

impl App for ActixApp {
    fn send(&self, request: Request) -> Pin<Box<dyn Future<Output = Response> + '_>> {
        (self.0)(request)
    }
}
