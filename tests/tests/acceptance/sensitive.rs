//! The session's cookies are marked as sensitive, so that a layer that logs headers writes no seal,
//! and HPACK keeps none in its table. The mark is never sent, so these tests have no socket.

use actix_web::{HttpResponse, web};
use axum::Router;
use axum::body::Body;
use axum::response::Redirect;
use axum::routing::get;
use iron_session::{Session, SessionLayer, SessionMiddleware, SessionOptions};
use iron_session_tests::fixtures::{clock, noise, options};
use iron_session_tests::{AppSession, Framework};
use tower::ServiceExt as _;

/// The paths, and how many lines of the session their responses have: a whole cookie, three chunks,
/// a redirect, a logout.
const PATHS: [(&str, usize); 4] = [("/write", 2), ("/chunks", 4), ("/redirect", 2), ("/destroy", 5)];

const FOREIGN: &str = "theme=dark";

fn built() -> SessionOptions {
    options(&clock()).build().unwrap()
}

/// Compares the marks with the lines.
fn check<'a>(path: &str, expected: usize, lines: impl Iterator<Item = (&'a [u8], bool)>) {
    let lines: Vec<_> =
        lines.map(|(line, is_sensitive)| (line == FOREIGN.as_bytes(), is_sensitive)).collect();
    assert!(lines.iter().all(|(is_foreign, is_sensitive)| is_foreign != is_sensitive), "{path}: {lines:?}");
    let of_the_session = lines.iter().filter(|(_, is_sensitive)| *is_sensitive).count();
    assert_eq!((of_the_session, lines.len() - of_the_session), (expected, 1), "{path}");
}

#[test]
fn on_axum() {
    type Handle = Session<AppSession>;
    let cookie = [("set-cookie", FOREIGN)];
    let app = Router::new()
        .route("/write", get(async move |mut session: Handle| (cookie, session.set_visits(1))))
        .route("/chunks", get(async move |mut session: Handle| (cookie, session.set_user_id(noise(6000)))))
        .route(
            "/redirect",
            get(async move |mut session: Handle| {
                session.set_visits(2);
                (cookie, Redirect::to("/login"))
            }),
        )
        .route("/destroy", get(async move |mut session: Handle| (cookie, session.destroy())))
        .layer(SessionLayer::<AppSession>::new(built()).unwrap());
    Framework::Axum.run(|_| async {
        for (path, expected) in PATHS {
            let request = http::Request::get(path).body(Body::empty()).unwrap();
            let response = app.clone().oneshot(request).await.unwrap();
            let lines = response.headers().get_all("set-cookie").iter();
            check(path, expected, lines.map(|line| (line.as_bytes(), line.is_sensitive())));
        }
    });
}

#[test]
fn on_actix() {
    type Handle = Session<AppSession>;
    fn response() -> HttpResponse {
        HttpResponse::Ok().append_header(("set-cookie", FOREIGN)).finish()
    }
    let app = actix_web::App::new()
        .route(
            "/write",
            web::get().to(async |mut session: Handle| {
                session.set_visits(1);
                response()
            }),
        )
        .route(
            "/chunks",
            web::get().to(async |mut session: Handle| {
                session.set_user_id(noise(6000));
                response()
            }),
        )
        .route(
            "/redirect",
            web::get().to(async |mut session: Handle| {
                session.set_visits(2);
                let mut redirect = HttpResponse::SeeOther();
                redirect.append_header(("location", "/login")).append_header(("set-cookie", FOREIGN)).finish()
            }),
        )
        .route(
            "/destroy",
            web::get().to(async |mut session: Handle| {
                session.destroy();
                response()
            }),
        )
        .wrap(SessionMiddleware::<AppSession>::new(built()).unwrap());
    Framework::Actix.run(|_| async {
        let app = actix_web::test::init_service(app).await;
        for (path, expected) in PATHS {
            let request = actix_web::test::TestRequest::with_uri(path).to_request();
            let response = actix_web::test::call_service(&app, request).await;
            let lines = response.headers().get_all("set-cookie");
            check(path, expected, lines.map(|line| (line.as_bytes(), line.is_sensitive())));
        }
    });
}

mod on_salvo {
    use std::sync::Arc;

    use iron_session::{Session, SessionHoop};
    use salvo::writing::Redirect;
    use salvo::{Depot, FlowCtrl, Request, Response, Writer, handler};

    use super::{FOREIGN, built, check, noise};
    use iron_session_tests::{AppSession, Framework};

    #[handler]
    async fn act(mut session: Session<AppSession>, request: &mut Request, response: &mut Response) {
        response.add_header("set-cookie", FOREIGN, false).unwrap();
        match request.uri().path() {
            "/write" => session.set_visits(1),
            "/chunks" => session.set_user_id(noise(6000)),
            "/redirect" => {
                session.set_visits(2);
                response.render(Redirect::other("/login"));
            }
            _ => session.destroy(),
        }
    }

    #[test]
    fn on_salvo() {
        Framework::Salvo.run(|_| async {
            for (path, expected) in super::PATHS {
                let hoop = SessionHoop::<AppSession>::new(built()).unwrap();
                let mut ctrl = FlowCtrl::new(vec![Arc::new(hoop), Arc::new(act)]);
                let (mut request, mut response) = (Request::new(), Response::new());
                request.set_uri(path.parse().unwrap());
                ctrl.call_next(&mut request, &mut Depot::new(), &mut response).await;
                let lines = response.headers().get_all("set-cookie").iter();
                check(path, expected, lines.map(|line| (line.as_bytes(), line.is_sensitive())));
            }
        });
    }
}
