//! A [`Site`] on salvo.

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use iron_session::{IronSession, Session, SessionHoop};
use salvo::catcher::Catcher;
use salvo::conn::tcp::TcpAcceptor;
use salvo::http::{ResBody, StatusCode};
use salvo::{Depot, FlowCtrl, Request, Response, Router, Scribe, Service, Writer, handler};
use tokio::io::{copy, split};

use crate::http::Server;
use crate::session::OtherSession;
use crate::site::{Handler, Layer, Middleware, Route, Site, SiteResponse, SiteResult};

/// Serves an application.
pub(crate) fn serve(service: Service) -> Server {
    let service = match service.catcher {
        Some(_) => service,
        None => service.catcher(Catcher::default().hoop(leave_empty)),
    };
    Server::start(|listener| {
        tokio::spawn(async {
            let acceptor = TcpAcceptor::try_from(listener).expect("an address");
            salvo::Server::new(acceptor).serve(service).await;
        })
    })
}

/// Sends a response without a body as it is. By default, salvo adds its error page.
#[handler]
fn leave_empty(response: &Response, ctrl: &mut FlowCtrl) {
    if response.body.is_none() {
        ctrl.skip_rest();
    }
}

/// Serves a site.
pub(crate) fn serve_site<T: IronSession>(site: Site<T>) -> Server {
    let router = site.routes.into_iter().fold(Router::new(), add_route);
    // The first hoop is the outermost one.
    let mut service = Service::new(router).hoop(echo_after_upgrade);
    if let Some(guard) = site.guard {
        service = service.hoop(guard);
    }
    if let Some(options) = site.other_layer {
        service = service.hoop(SessionHoop::<OtherSession>::new(options).expect("a fitting budget"));
    }
    if let Some(options) = site.outer_layer {
        service = service.hoop(SessionHoop::<T>::new(options).expect("a fitting budget"));
    }
    service = match site.layer {
        Layer::None => service,
        Layer::Fixed(options) => {
            let session = SessionHoop::<T>::new(options).expect("a fitting budget");
            service.hoop(match site.polled {
                polled if polled.is_empty() => session,
                polled => session.without_refresh(move |request| polled.contains(&request.uri().path())),
            })
        }
        Layer::ByHost(options) => service.hoop(SessionHoop::<T>::per_request(move |request| {
            let host = request.headers().get("host").and_then(|host| host.to_str().ok());
            options(host.unwrap_or_default()).check().expect("a fitting budget")
        })),
    };
    if let Some(middleware) = site.middleware {
        service = service.hoop(Between(middleware));
    }
    serve(service)
}

fn add_route<T: IronSession>(router: Router, (path, route): (&'static str, Route<T>)) -> Router {
    let page = match path {
        "/" => Router::new(),
        path => Router::with_path(path),
    };
    router.push(match route {
        Route::WithoutSession(handler) => page.goal(WithoutSession(handler)),
        Route::One(handler) => page.goal(One(handler)),
        Route::Two(handler) => page.goal(Two(handler)),
        Route::WithOther(handler) => page.goal(WithOther(handler)),
    })
}

/// After a 101, sends back what arrives.
#[handler]
async fn echo_after_upgrade(
    request: &mut Request,
    depot: &mut Depot,
    response: &mut Response,
    ctrl: &mut FlowCtrl,
) {
    let upgrade = request.extensions_mut().remove::<OnUpgrade>();
    ctrl.call_next(request, depot, response).await;
    if let (Some(upgrade), Some(StatusCode::SWITCHING_PROTOCOLS)) = (upgrade, response.status_code) {
        tokio::spawn(async {
            let (mut reader, mut writer) = split(TokioIo::new(upgrade.await.expect("another protocol")));
            // The client may reset the connection at any time.
            let _ = copy(&mut reader, &mut writer).await;
        });
    }
}

struct WithoutSession(Handler<()>);

#[handler]
impl WithoutSession {
    async fn handle(&self) -> SiteResult {
        self.0(()).await
    }
}

struct One<T: IronSession>(Handler<Session<T>>);

#[handler]
impl<T: IronSession> One<T> {
    async fn handle(&self, session: Session<T>) -> SiteResult {
        self.0(session).await
    }
}

struct Two<T: IronSession>(Handler<(Session<T>, Session<T>)>);

#[handler]
impl<T: IronSession> Two<T> {
    async fn handle(&self, first: Session<T>, second: Session<T>) -> SiteResult {
        self.0((first, second)).await
    }
}

struct WithOther<T: IronSession>(Handler<(Session<T>, Session<OtherSession>)>);

#[handler]
impl<T: IronSession> WithOther<T> {
    async fn handle(&self, session: Session<T>, other: Session<OtherSession>) -> SiteResult {
        self.0((session, other)).await
    }
}

struct Between<T: IronSession>(Middleware<T>);

#[handler]
impl<T: IronSession> Between<T> {
    async fn handle(
        &self,
        session: Session<T>,
        request: &mut Request,
        depot: &mut Depot,
        response: &mut Response,
        ctrl: &mut FlowCtrl,
    ) {
        match self.0(session) {
            Ok(after) => {
                ctrl.call_next(request, depot, response).await;
                after();
            }
            Err(refusal) => {
                refusal.render(response);
                ctrl.skip_rest();
            }
        }
    }
}

impl Scribe for SiteResponse {
    fn render(self, response: &mut Response) {
        response.status_code(StatusCode::from_u16(self.status).expect("a valid status"));
        for (name, value) in self.headers {
            response.add_header(name, value, false).expect("a valid header");
        }
        response.body(match self.stream {
            Some(stream) => ResBody::stream(stream),
            None => ResBody::Once(self.body.into()),
        });
    }
}
