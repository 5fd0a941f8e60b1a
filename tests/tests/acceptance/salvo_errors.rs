//! Each way in which salvo's handlers, hoops and extractors fail: the response reaches the browser,
//! with the session's cookies.

use std::fmt;

use iron_session::error::ExtractError;
use iron_session::guard::CrossOriginGuard;
use iron_session::{Session, SessionDepotExt as _, SessionHoop};
use iron_session_tests::fixtures::{ALL_NAMES, clock, content, options, passwords};
use iron_session_tests::{
    AppSession, Browser, Framework, Log, OtherSession, Request as Sent, Response as Received,
};
use salvo::catch_panic::CatchPanic;
use salvo::catcher::Catcher;
use salvo::extract::PathParam;
use salvo::http::cookie::Cookie;
use salvo::http::{StatusCode, StatusError};
use salvo::writing::Redirect;
use salvo::{Depot, FlowCtrl, Request, Response, Router, Service, Writer, async_trait, handler};
use serde_json::json;
use tracing::Level;

/// An error of the application that writes its response itself.
#[derive(Debug)]
struct ToLogin;

#[async_trait]
impl Writer for ToLogin {
    async fn write(self, _: &mut Request, depot: &mut Depot, response: &mut Response) {
        // It may read the session that the handler has used.
        let session = depot.session::<AppSession>().await.unwrap();
        response.status_code(StatusCode::SEE_OTHER);
        response.add_header("location", format!("/login?visits={}", session.visits()), true).unwrap();
    }
}

/// The use that a request makes of a session before it fails.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Use {
    Nothing,
    Read,
    Write,
    Save,
}

const USES: [Use; 4] = [Use::Nothing, Use::Read, Use::Write, Use::Save];

/// How a request fails, and the status and a part of the body of the response.
type Failure = (&'static str, u16, &'static str);

const FAILURES: [Failure; 9] = [
    ("status-error", 404, "no such page"),
    ("status-error-503", 503, "under repair"),
    ("error", 500, "Internal Server Error"),
    ("parse-error", 400, "parse http data failed"),
    ("own-error", 303, ""),
    ("redirect", 302, ""),
    ("status-code", 402, ""),
    ("extract-error", 500, ""),
    ("panic", 500, "panic occurred"),
];

async fn fail(how: &str, request: &mut Request, depot: &mut Depot, response: &mut Response) {
    match how {
        "status-error" => response.render(StatusError::not_found().brief("no such page")),
        "status-error-503" => {
            let result: Result<(), _> = Err(StatusError::service_unavailable().brief("under repair"));
            result.write(request, depot, response).await;
        }
        "error" => response.render(salvo::Error::other("the disk is full")),
        "parse-error" => {
            let error = request.payload_with_max_size(0).await.err();
            assert!(error.is_none(), "there is no body");
            request.parse_json::<u8>().await.unwrap_err().write(request, depot, response).await;
        }
        "own-error" => ToLogin.write(request, depot, response).await,
        "redirect" => response.render(Redirect::found("/login")),
        "status-code" => response.render(StatusCode::PAYMENT_REQUIRED),
        "extract-error" => {
            Err::<(), _>(ExtractError::NotLoaded).write(request, depot, response).await;
        }
        "panic" => panic!("the handler panics"),
        other => panic!("no such failure: {other}"),
    }
}

/// Where a request fails.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Handler,
    BeforeHandler,
    AfterHandler,
}

const PLACES: [Place; 3] = [Place::Handler, Place::BeforeHandler, Place::AfterHandler];

#[derive(Clone, Copy)]
struct Failing {
    how: &'static str,
    of_app: Use,
    of_other: Use,
    place: Place,
}

impl Failing {
    async fn run(self, request: &mut Request, depot: &mut Depot, response: &mut Response) {
        let mut app = depot.session::<AppSession>().await.unwrap();
        let mut other = depot.session::<OtherSession>().await.unwrap();
        match self.of_app {
            Use::Nothing => {}
            Use::Read => assert_eq!(*app.visits(), 0),
            Use::Write => app.set_visits(1),
            Use::Save => {
                app.set_visits(1);
                app.save().unwrap();
            }
        }
        match self.of_other {
            Use::Nothing => {}
            Use::Read => assert_eq!(other.theme(), None),
            Use::Write => other.set_theme("dark"),
            Use::Save => {
                other.set_theme("dark");
                other.save().unwrap();
            }
        }
        drop((app, other));
        fail(self.how, request, depot, response).await;
    }
}

struct FailingHoop(Failing);

#[handler]
impl FailingHoop {
    async fn handle(
        &self,
        request: &mut Request,
        depot: &mut Depot,
        response: &mut Response,
        ctrl: &mut FlowCtrl,
    ) {
        if self.0.place == Place::AfterHandler {
            ctrl.call_next(request, depot, response).await;
        }
        if self.0.place != Place::Handler {
            self.0.run(request, depot, response).await;
        }
    }
}

struct FailingHandler(Failing);

#[handler]
impl FailingHandler {
    async fn handle(&self, request: &mut Request, depot: &mut Depot, response: &mut Response) {
        match self.0.place {
            Place::Handler => self.0.run(request, depot, response).await,
            Place::BeforeHandler => panic!("the handler is not called"),
            Place::AfterHandler => response.render("fine"),
        }
    }
}

fn app_hoop() -> SessionHoop<AppSession> {
    SessionHoop::new(options(&clock()).build().unwrap()).unwrap()
}

fn other_hoop() -> SessionHoop<OtherSession> {
    let options = iron_session::SessionOptions::builder("other", passwords()).clock(clock()).build();
    SessionHoop::new(options.unwrap()).unwrap()
}

async fn failing(failing: Failing) -> Received {
    let router = Router::new()
        .hoop(other_hoop())
        .hoop(app_hoop())
        .hoop(CatchPanic::new())
        .hoop(FailingHoop(failing))
        .goal(FailingHandler(failing));
    Browser::on_salvo(router, &clock()).get("/").await
}

#[test]
fn every_failure_reaches_the_browser_with_the_cookies() {
    Framework::Salvo.run(|_| async {
        for ((how, status, text), place) in
            FAILURES.into_iter().flat_map(|failure| PLACES.map(|place| (failure, place)))
        {
            for (of_app, of_other) in USES.into_iter().flat_map(|app| USES.map(|other| (app, other))) {
                let response = failing(Failing { how, of_app, of_other, place }).await;
                let case = format!("{how}, {place:?}, {of_app:?}, {of_other:?}: {response:?}");
                assert_eq!(response.status, status, "{case}");
                assert!(response.body.contains(text), "{case}");
                assert!(status != 402 || place == Place::AfterHandler || response.body.is_empty(), "{case}");

                // `ToLogin` reads the session.
                let is_used = of_app != Use::Nothing || of_other != Use::Nothing || how == "own-error";
                assert_eq!(response.one("vary"), is_used.then_some("Cookie"), "{case}");
                let is_kept = |used| used == Use::Save || (used == Use::Write && status < 500);
                let (mut set, _) = response.set_and_expired();
                set.sort();
                let mut expected = Vec::new();
                expected.extend(is_kept(of_other).then_some("other"));
                expected.extend(is_kept(of_app).then_some("sid"));
                assert_eq!(set, expected, "{case}");
            }
        }
    });
}

#[handler]
async fn log_out_and_panic(mut session: Session<AppSession>) {
    session.destroy();
    panic!("after the logout");
}

#[test]
fn a_panic_that_is_caught_inside_the_hoop_keeps_a_logout() {
    Framework::Salvo.run(|_| async {
        let router = Router::new().hoop(app_hoop()).hoop(CatchPanic::new()).goal(log_out_and_panic);
        let mut browser = Browser::on_salvo(router, &clock());
        let log = Log::capture();
        let response = browser.get("/").await;
        assert_eq!(response.status, 500);
        assert_eq!(response.set_and_expired().1, ALL_NAMES);
        log.assert_silent();
    });
}

#[test]
fn a_panic_that_is_caught_outside_the_hoop_is_logged() {
    Framework::Salvo.run(|_| async {
        let router = Router::new().hoop(CatchPanic::new()).hoop(app_hoop()).goal(log_out_and_panic);
        let mut browser = Browser::on_salvo(router, &clock());
        let log = Log::capture();
        let response = browser.get("/").await;
        assert_eq!((response.status, response.set_cookies().len()), (500, 0));
        let event = log.take_one();
        assert_eq!((event.level, event.field("cookie")), (Level::WARN, Some("sid")));
        assert!(event.to_string().contains("`destroy()`"), "{event}");
    });
}

/// `#[handler]` makes a failed extractor a 400, unless its response is an error already.
#[handler]
async fn item(mut session: Session<AppSession>, id: PathParam<u32>) -> String {
    session.set_visits(id.into_inner());
    session.visits().to_string()
}

#[handler]
async fn count(depot: &mut Depot) -> Result<(), ExtractError> {
    let mut session = depot.session::<AppSession>().await?;
    *session.visits_mut() += 1;
    Ok(())
}

#[test]
fn an_extractor_that_fails_keeps_the_cookies() {
    Framework::Salvo.run(|_| async {
        let router = Router::new().hoop(app_hoop()).hoop(count).push(Router::with_path("{id}").goal(item));
        let mut browser = Browser::on_salvo(router, &clock());
        let response = browser.get("/none").await;
        assert_eq!(response.status, 400);
        assert_eq!(content(&clock(), browser.jar.value("sid").unwrap()), json!({"visits":1}));
        assert_eq!(browser.get("/7").await.body, "7");
    });
}

/// All hoops write into one response.
#[test]
fn a_500_in_place_of_the_response_keeps_only_the_headers_of_outer_hoops() {
    #[handler]
    fn outer(response: &mut Response) {
        response.add_header("x-outer", "kept", true).unwrap();
    }

    #[handler]
    async fn never_published(mut session: Session<AppSession>, response: &mut Response) {
        response.add_header("x-inner", "dropped", true).unwrap();
        response.add_cookie(Cookie::new("inner", "dropped"));
        session.set_visits(1);
        std::mem::forget(session);
        response.render("fine");
    }

    Framework::Salvo.run(|_| async {
        let router = Router::new().hoop(outer).hoop(app_hoop()).goal(never_published);
        let mut browser = Browser::on_salvo(router, &clock());
        let response = browser.get("/").await;
        assert_eq!((response.status, response.body.as_str()), (500, ""));
        assert_eq!((response.one("x-outer"), response.one("x-inner")), (Some("kept"), None));
        assert_eq!(response.one("content-type"), None);
        assert_eq!(response.set_cookies(), []);
    });
}

#[test]
fn cookies_of_the_applications_own_jar_are_kept() {
    #[handler]
    async fn page(mut session: Session<AppSession>, request: &mut Request, response: &mut Response) {
        assert_eq!(request.cookie("theme").map(Cookie::value), Some("dark"));
        session.set_visits(1);
        response.add_cookie(Cookie::new("lang", "en"));
        response.remove_cookie("theme");
    }

    Framework::Salvo.run(|_| async {
        let browser = Browser::on_salvo(Router::new().hoop(app_hoop()).goal(page), &clock());
        let response = browser.send_as_is(Sent::get("/").header("cookie", "theme=dark")).await;
        let (mut set, mut expired) = response.set_and_expired();
        set.sort();
        expired.sort();
        assert_eq!(
            (set, expired),
            (vec!["lang".to_owned(), "sid".to_owned()], vec!["sid.0".to_owned(), "theme".to_owned()])
        );
    });
}

/// Even if other hoops then skip their work.
#[test]
fn a_handler_that_ceases_keeps_the_cookies() {
    #[handler]
    async fn page(mut session: Session<AppSession>, ctrl: &mut FlowCtrl) {
        session.set_visits(1);
        ctrl.cease();
    }

    Framework::Salvo.run(|_| async {
        let mut browser = Browser::on_salvo(Router::new().hoop(app_hoop()).goal(page), &clock());
        let response = browser.get("/").await;
        assert_eq!((response.status, response.set_and_expired().0), (200, vec!["sid".to_owned()]));
    });
}

/// A catcher runs after the session's commit.
struct Apology(fn(&mut Session<AppSession>));

#[handler]
impl Apology {
    async fn handle(&self, depot: &mut Depot, response: &mut Response, ctrl: &mut FlowCtrl) {
        let mut session = depot.session::<AppSession>().await.unwrap();
        (self.0)(&mut session);
        response.render(format!("sorry, visitor {}", session.visits()));
        ctrl.skip_rest();
    }
}

impl fmt::Debug for Apology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Apology")
    }
}

#[test]
fn a_catcher_reads_the_session_but_changes_it_too_late() {
    Framework::Salvo.run(|_| async {
        let service = |act: fn(&mut Session<AppSession>)| {
            Service::new(Router::with_path("elsewhere").goal(count))
                .hoop(app_hoop())
                .hoop(count)
                .catcher(Catcher::default().hoop(Apology(act)))
        };
        let log = Log::capture();
        let mut browser = Browser::on_salvo(service(|_session| {}), &clock());
        for visits in 1..=2 {
            let response = browser.get("/missing").await;
            assert_eq!((response.status, response.body), (404, format!("sorry, visitor {visits}")));
        }
        log.assert_silent();

        let mut browser = Browser::on_salvo(service(|session| session.set_visits(9)), &clock());
        assert_eq!(browser.get("/missing").await.body, "sorry, visitor 9");
        assert_eq!(log.take_one().level, Level::ERROR);
        assert_eq!(content(&clock(), browser.jar.value("sid").unwrap()), json!({"visits":1}));
    });
}

#[test]
fn the_depot_has_the_session_of_the_request() {
    #[handler]
    async fn both(mut session: Session<AppSession>, depot: &mut Depot) -> String {
        session.set_visits(3);
        drop(session);
        let from_depot = Session::<AppSession>::from_http_request(depot).unwrap();
        from_depot.visits().to_string()
    }

    Framework::Salvo.run(|_| async {
        let router = Router::new().hoop(app_hoop()).goal(both);
        let response = Browser::on_salvo(router, &clock()).get("/").await;
        assert_eq!((response.body.as_str(), response.set_and_expired().0), ("3", vec!["sid".to_owned()]));

        let log = Log::capture();
        let response = Browser::on_salvo(Router::new().goal(count), &clock()).get("/").await;
        assert_eq!((response.status, response.body.as_str()), (500, ""));
        let event = log.take_one().to_string();
        assert!(event.contains("SessionHoop") && event.contains("AppSession"), "{event}");
    });
}

/// A request for no route has the status 404 before the first hoop runs.
#[test]
fn hoops_of_a_service_refuse_a_request_that_matches_no_route() {
    Framework::Salvo.run(|_| async {
        let service = Service::new(Router::with_path("elsewhere").goal(count))
            .hoop(CrossOriginGuard::new())
            .hoop(app_hoop())
            .hoop(count);
        let browser = Browser::on_salvo(service, &clock());
        let refused = Sent::new("POST", "/missing").header("sec-fetch-site", "cross-site");
        let response = browser.send_as_is(refused).await;
        assert_eq!((response.status, response.set_cookies().len()), (403, 0));
        let response = browser.send_as_is(Sent::new("POST", "/missing")).await;
        assert_eq!((response.status, response.set_and_expired().0), (404, vec!["sid".to_owned()]));
    });
}
