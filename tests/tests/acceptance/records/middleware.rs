//! A middleware loads a session that is in a record.

use ::poem::{Endpoint as _, EndpointExt as _, FromRequest as _};
use actix_web::HttpResponse;
use actix_web::dev::ServiceRequest;
use axum::Router;
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use iron_session::error::ExtractError;
use iron_session::guard::NoBody;
use iron_session::{
    PoemSession, SessionFairing, SessionHoop, SessionLayer, SessionMiddleware, SessionOptions,
};
use iron_session_tests::on_rocket::{self, any_method, handler};
use rocket::fairing::AdHoc;

use super::*;

/// Starts a server on which a session in a record was signed in, and returns other options for the same
/// sessions, with a copy of the cookie.
async fn signed_in(servers: &Servers<AnyStore>, framework: Framework) -> (SessionOptions, String) {
    let mut server = servers.start(framework).await;
    server.browser.get("/ada").await;
    let options = options(&servers.clock).server_state(server.state.clone()).build().unwrap();
    (options, server.copy())
}

/// Tells whom a middleware has found.
fn found(early: &Result<Session<Shop>, ExtractError>, session: &Session<Shop>) -> String {
    assert!(matches!(early, Err(ExtractError::NotLoaded)));
    session.user().unwrap_or("nobody").to_owned()
}

#[test]
fn on_axum() {
    Framework::Axum.run(|framework| async move {
        let servers = Servers::new(StoreKind::Memory);
        let (options, copy) = signed_in(&servers, framework).await;
        let middleware =
            from_fn(|request: axum::extract::Request, next: axum::middleware::Next| async move {
                let early = Session::<Shop>::from_http_request(&request);
                let session = match Session::<Shop>::load(&request).await {
                    Ok(session) => session,
                    Err(error) => return error.into_response(),
                };
                let user = found(&early, &session);
                // From now on, it is there for everyone.
                assert!(Session::<Shop>::from_http_request(&request).is_ok());
                drop(session);
                let mut response: Response = next.run(request).await;
                response.headers_mut().insert("x-user", user.parse().unwrap());
                response
            });
        let app = Router::new()
            .route("/", get(async |session: Session<Shop>| session.user().unwrap_or_default().to_owned()))
            .layer(middleware)
            .layer(SessionLayer::<Shop>::new(options).unwrap());
        let browser = Browser::on_axum(app, &servers.clock);
        let response = browser.send_as_is(Request::get("/").header("cookie", format!("sid={copy}"))).await;
        assert_eq!((response.one("x-user"), &*response.body), (Some("ada@example.com"), "ada@example.com"));
    });
}

#[test]
fn on_actix() {
    Framework::Actix.run(|framework| async move {
        let servers = Servers::new(StoreKind::Memory);
        let (options, copy) = signed_in(&servers, framework).await;
        let middleware = actix_web::middleware::from_fn(
            |request: ServiceRequest, next: actix_web::middleware::Next<_>| async move {
                let early = Session::<Shop>::from_http_request(&request);
                let session = Session::<Shop>::load(&request).await?;
                let user = found(&early, &session);
                drop(session);
                let mut response = next.call(request).await?;
                response.headers_mut().insert("x-user".parse().unwrap(), user.parse().unwrap());
                Ok(response)
            },
        );
        let page = async |session: Session<Shop>| {
            HttpResponse::Ok().body(session.user().unwrap_or_default().to_owned())
        };
        let app = actix_web::App::new()
            .route("/", actix_web::web::get().to(page))
            .wrap(middleware)
            .wrap(SessionMiddleware::<Shop>::new(options).unwrap());
        let browser = Browser::on_actix(app, &servers.clock).await;
        let response = browser.send_as_is(Request::get("/").header("cookie", format!("sid={copy}"))).await;
        assert_eq!((response.one("x-user"), &*response.body), (Some("ada@example.com"), "ada@example.com"));
    });
}

#[test]
fn on_poem() {
    Framework::Poem.run(|framework| async move {
        let servers = Servers::new(StoreKind::Memory);
        let (options, copy) = signed_in(&servers, framework).await;
        let page = ::poem::endpoint::make(|request| async move {
            let session = Session::<Shop>::from_request_without_body(&request).await?;
            Ok::<_, ::poem::Error>(session.user().unwrap_or_default().to_owned())
        });
        let app = page
            .around(|next, request| async move {
                let early = Session::<Shop>::from_http_request(&request);
                let session = Session::<Shop>::load(&request).await?;
                let user = found(&early, &session);
                drop(session);
                let response = next.call(request).await?;
                Ok(::poem::IntoResponse::with_header(response, "x-user", user))
            })
            .with(PoemSession::<Shop>::new(options).unwrap());
        let browser = Browser::on_poem(app, &servers.clock);
        let response = browser.send_as_is(Request::get("/").header("cookie", format!("sid={copy}"))).await;
        assert_eq!((response.one("x-user"), &*response.body), (Some("ada@example.com"), "ada@example.com"));
    });
}

#[test]
fn on_rocket() {
    Framework::Rocket.run(|framework| async move {
        let servers = Servers::new(StoreKind::Memory);
        let (options, copy) = signed_in(&servers, framework).await;
        let before = AdHoc::on_request("before", |request, _| {
            Box::pin(async move {
                let early = Session::<Shop>::from_http_request(request);
                let session = Session::<Shop>::load(request).await.unwrap();
                let user = found(&early, &session);
                // From now on, it is there for everyone.
                assert!(Session::<Shop>::from_http_request(request).is_ok());
                request.local_cache(|| User(user));
            })
        });
        let after = AdHoc::on_response("after", |request, response| {
            Box::pin(async move {
                let User(user) = request.local_cache(|| User("nobody".to_owned()));
                response.set_raw_header("x-user", user.clone());
            })
        });
        let page = handler(|session: Session<Shop>, _: NoBody| session.user().unwrap_or_default().to_owned());
        let app = on_rocket::build()
            .attach(SessionFairing::<Shop>::new(options).unwrap())
            .attach(before)
            .attach(after)
            .mount("/", any_method("/", page));
        let browser = Browser::on_rocket(app, &servers.clock).await;
        let response = browser.send_as_is(Request::get("/").header("cookie", format!("sid={copy}"))).await;
        assert_eq!((response.one("x-user"), &*response.body), (Some("ada@example.com"), "ada@example.com"));
    });
}

struct User(String);

mod in_a_hoop {
    use iron_session::{Session, SessionDepotExt as _};
    use salvo::{Depot, Request, Response, Writer, handler};

    use super::{Shop, found};

    #[handler]
    pub(super) async fn load(request: &mut Request, depot: &mut Depot, response: &mut Response) {
        let early = Session::<Shop>::from_http_request(depot);
        let user = found(&early, &depot.session::<Shop>().await.unwrap());
        // From now on, it is there for everyone.
        assert!(Session::<Shop>::from_http_request(request).is_ok());
        response.add_header("x-user", user, true).unwrap();
    }

    #[handler]
    pub(super) async fn page(session: Session<Shop>) -> String {
        session.user().unwrap_or_default().to_owned()
    }
}

#[test]
fn on_salvo() {
    Framework::Salvo.run(|framework| async move {
        let servers = Servers::new(StoreKind::Memory);
        let (options, copy) = signed_in(&servers, framework).await;
        let hoop = SessionHoop::<Shop>::new(options).unwrap();
        let app = ::salvo::Router::new().hoop(hoop).hoop(in_a_hoop::load).goal(in_a_hoop::page);
        let browser = Browser::on_salvo(app, &servers.clock);
        let response = browser.send_as_is(Request::get("/").header("cookie", format!("sid={copy}"))).await;
        assert_eq!((response.one("x-user"), &*response.body), (Some("ada@example.com"), "ada@example.com"));
    });
}
