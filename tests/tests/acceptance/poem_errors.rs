//! Errors of poem on their way through `PoemSession`: each kind becomes its own response, with the
//! session's cookies.

use std::{fmt, io};

use iron_session::{PoemSession, Session, SessionOptions};
use iron_session_tests::fixtures::{clock, content, options, passwords};
use iron_session_tests::{AppSession, Framework, Log, OtherSession, Response};
use poem::endpoint::{make, make_sync};
use poem::error::{Forbidden, InternalServerError, NotFoundError, ResponseError};
use poem::http::StatusCode;
use poem::middleware::{CatchPanic, Cors};
use poem::{Endpoint, EndpointExt as _, Error, Request, Route};
use serde_json::json;
use tracing::Level;

/// The use that a request makes of a session before it fails.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Use {
    Nothing,
    Read,
    Write,
}

const USES: [Use; 3] = [Use::Nothing, Use::Read, Use::Write];

/// The place where a request fails.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Handler,
    Middleware,
}

/// An error of the application that defines its response.
#[derive(Debug)]
struct Refusal;

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl std::error::Error for Refusal {}

impl ResponseError for Refusal {
    fn status(&self) -> StatusCode {
        StatusCode::SEE_OTHER
    }

    fn as_response(&self) -> poem::Response {
        to_login()
    }
}

fn to_login() -> poem::Response {
    poem::Response::builder().status(StatusCode::SEE_OTHER).header("location", "/login").body("log in")
}

type MakeError = fn() -> Error;

/// The kinds of errors, each with the status and the body of its response.
fn errors() -> [(&'static str, MakeError, u16, &'static str); 6] {
    [
        ("a response", || Error::from_response(to_login()), 303, "log in"),
        ("an error with a response", || Refusal.into(), 303, "log in"),
        ("an error with a status", || Forbidden(io::Error::other("refused")), 403, "refused"),
        ("a text", || Error::from_string("refused", StatusCode::CONFLICT), 409, "refused"),
        ("a status", || StatusCode::GONE.into(), 410, ""),
        ("an error of poem", || NotFoundError.into(), 404, "not found"),
    ]
}

/// An application with two session types, the other one outside. Each request uses both sessions and
/// fails.
fn failing(error: MakeError, of_app: Use, of_other: Use, place: Place) -> impl Endpoint {
    let fail = move |request: &Request| {
        let mut app = Session::<AppSession>::from_http_request(request)?;
        match of_app {
            Use::Nothing => {}
            Use::Read => assert_eq!(*app.visits(), 0),
            Use::Write => app.set_visits(1),
        }
        let mut other = Session::<OtherSession>::from_http_request(request)?;
        match of_other {
            Use::Nothing => {}
            Use::Read => assert_eq!(other.theme(), None),
            Use::Write => other.set_theme("dark"),
        }
        Err::<&'static str, _>(error())
    };
    let other = SessionOptions::builder("other", passwords()).clock(clock()).build().unwrap();
    let page = make_sync(move |request| if place == Place::Handler { fail(&request) } else { Ok("fine") });
    Route::new()
        .at("/", page)
        .around(move |next, request| async move {
            if place == Place::Middleware {
                fail(&request)?;
            }
            next.call(request).await
        })
        .with(middleware())
        .with(PoemSession::<OtherSession>::new(other).unwrap())
}

fn middleware() -> PoemSession<AppSession> {
    PoemSession::new(options(&clock()).build().unwrap()).unwrap()
}

/// Sends a request, and reads the response as poem's server sends it.
async fn send(app: &impl Endpoint) -> Response {
    let response = app.get_response(Request::default()).await;
    for value in response.headers().get_all("set-cookie") {
        assert!(value.is_sensitive(), "a log of the headers shows it");
    }
    let headers = response.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    let (status, headers) = (response.status().as_u16(), headers.collect());
    Response { status, headers, body: response.into_body().into_string().await.unwrap() }
}

fn set(response: &Response) -> Vec<String> {
    let (mut set, _) = response.set_and_expired();
    set.sort();
    set
}

#[test]
fn each_kind_of_error_reaches_the_browser_with_the_cookies() {
    Framework::Poem.run(|_| async {
        let uses = USES.into_iter().flat_map(|app| USES.map(|other| (app, other)));
        let cases = uses.flat_map(|uses| [Place::Handler, Place::Middleware].map(|place| (uses, place)));
        for ((of_app, of_other), place) in cases {
            for (kind, error, status, body) in errors() {
                let response = send(&failing(error, of_app, of_other, place)).await;
                let case = format!("{kind}, {of_app:?}, {of_other:?}, {place:?}: {response:?}");
                assert_eq!((response.status, response.body.as_str()), (status, body), "{case}");
                assert_eq!(response.one("location"), (status == 303).then_some("/login"), "{case}");

                let is_used = of_app != Use::Nothing || of_other != Use::Nothing;
                assert_eq!(response.one("vary"), is_used.then_some("Cookie"), "{case}");
                let mut expected = Vec::new();
                expected.extend((of_other == Use::Write).then_some("other"));
                expected.extend((of_app == Use::Write).then_some("sid"));
                assert_eq!(set(&response), expected, "{case}");
            }
        }
    });
}

/// A middleware further out recognizes an error by its type, if the session has nothing to add.
#[test]
fn an_error_without_cookies_stays_what_it_was() {
    Framework::Poem.run(|_| async {
        for of_app in USES {
            let app = failing(
                || {
                    let mut error = Error::from(NotFoundError);
                    error.set_data("request 7");
                    error
                },
                of_app,
                Use::Nothing,
                Place::Handler,
            );
            let result = app.call(Request::default()).await;
            if of_app == Use::Nothing {
                let error = result.err().unwrap();
                assert!(error.is::<NotFoundError>());
                assert_eq!(error.data(), Some(&"request 7"));
            } else {
                let response = poem::IntoResponse::into_response(result.ok().unwrap());
                assert_eq!(response.status(), 404);
                assert_eq!(response.data(), Some(&"request 7"), "what the application stored in the error");
            }
        }
    });
}

/// The error page of an application is often the outermost middleware.
#[test]
fn an_error_page_outside_loses_no_cookie() {
    Framework::Poem.run(|_| async {
        for (kind, error, status, body) in errors() {
            let page = |error: Error| async move { (error.status(), "a page of the application") };
            let app = failing(error, Use::Write, Use::Nothing, Place::Handler).catch_all_error(page);
            let response = send(&app).await;
            assert_eq!((response.status, response.body.as_str()), (status, body), "{kind}");
            assert_eq!(set(&response), ["sid"], "{kind}");

            let app = failing(error, Use::Nothing, Use::Nothing, Place::Handler).catch_all_error(page);
            let response = send(&app).await;
            assert_eq!((response.status, &*response.body), (status, "a page of the application"), "{kind}");
        }
    });
}

/// What the book recommends.
#[test]
fn an_error_page_inside_gets_the_cookies() {
    Framework::Poem.run(|_| async {
        let app = make(|request| async move {
            let mut session = Session::<AppSession>::load(&request).await?;
            session.set_visits(1);
            Err::<(), _>(Error::from(Refusal))
        });
        let app =
            app.catch_error(|_: Refusal| async { (StatusCode::FORBIDDEN, "a page") }).with(middleware());
        let response = send(&app).await;
        assert_eq!((response.status, response.body.as_str()), (403, "a page"));
        assert_eq!(set(&response), ["sid"]);
    });
}

#[test]
fn an_error_of_the_server_commits_only_what_was_saved() {
    Framework::Poem.run(|_| async {
        for is_saved in [false, true] {
            let app = make_sync(move |request: Request| {
                let mut session = Session::<AppSession>::from_http_request(&request)?;
                session.set_visits(1);
                if is_saved {
                    session.save().map_err(InternalServerError)?;
                }
                session.set_visits(2);
                Err::<(), _>(InternalServerError(io::Error::other("the database is gone")))
            });
            let response = send(&app.with(middleware())).await;
            assert_eq!(response.status, 500);
            let visits = response.set_cookies().first().map(|line| content(&clock(), &line.value));
            assert_eq!(visits, is_saved.then(|| json!({"visits": 1})));
        }
    });
}

#[test]
fn a_caught_panic_keeps_what_was_saved_only_inside() {
    Framework::Poem.run(|_| async {
        let page = || {
            make_sync(|request: Request| -> poem::Result<()> {
                let mut session = Session::<AppSession>::from_http_request(&request)?;
                session.set_visits(1);
                session.save().map_err(InternalServerError)?;
                panic!("a fault of the handler")
            })
        };
        let log = Log::capture();
        let response = send(&page().with(CatchPanic::new()).with(middleware())).await;
        assert_eq!((response.status, set(&response)), (500, vec!["sid".to_owned()]));
        log.assert_silent();

        let response = send(&page().with(middleware()).with(CatchPanic::new())).await;
        assert_eq!((response.status, set(&response).len()), (500, 0));
        assert_eq!(log.take_one().level, Level::WARN);
    });
}

/// `Cors` replaces the header `Vary` of the response that it gets.
#[test]
fn cors_inside_keeps_both_headers() {
    Framework::Poem.run(|_| async {
        let page = make_sync(|request: Request| {
            let session = Session::<AppSession>::from_http_request(&request)?;
            Ok::<_, Error>(session.visits().to_string())
        });
        let app = page.with(Cors::new()).with(middleware());
        let request = Request::builder().header("origin", "https://shop.example").finish();
        let response = app.get_response(request).await;
        let vary: Vec<_> = response.headers().get_all("vary").iter().collect();
        assert_eq!(vary, ["Origin", "Cookie"]);
    });
}
