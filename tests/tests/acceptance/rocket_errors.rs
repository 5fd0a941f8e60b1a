//! The ways in which a request fails in Rocket: whichever catcher responds, the session's cookies
//! depend on the status alone.

#![expect(clippy::needless_pass_by_value, reason = "guards are values")]

use std::sync::{Arc, Mutex};

use iron_session::error::AccessError;
use iron_session::guard::SignedIn;
use iron_session::{IronSession, Session, SessionFairing};
use iron_session_tests::fixtures::{ALL_NAMES, clock, content, cookie, options};
use iron_session_tests::on_rocket::build;
use iron_session_tests::site::ok;
use iron_session_tests::{AppSession, Browser, Framework, Log, Request, Response, Shop};
use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::http::{Header, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::{Build, Rocket, catch, catchers, get, post, routes};
use tokio::sync::Notify;

/// Starts an application with a session fairing.
async fn start(site: impl FnOnce(Rocket<Build>) -> Rocket<Build>) -> Browser {
    let clock = clock();
    let fairing = SessionFairing::<AppSession>::new(options(&clock).build().unwrap()).unwrap();
    Browser::on_rocket(site(build().attach(fairing)), &clock).await
}

/// A request guard that changes the session.
struct Counted;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Counted {
    type Error = ();

    async fn from_request(request: &'r rocket::Request<'_>) -> Outcome<Self, ()> {
        let mut session = Session::<AppSession>::from_http_request(request).unwrap();
        *session.visits_mut() += 1;
        Outcome::Success(Self)
    }
}

/// A request guard with this outcome.
struct Fails<const STATUS: u16>;

#[rocket::async_trait]
impl<'r, const STATUS: u16> FromRequest<'r> for Fails<STATUS> {
    type Error = &'static str;

    async fn from_request(_: &'r rocket::Request<'_>) -> Outcome<Self, &'static str> {
        Outcome::Error((Status::new(STATUS), "refused"))
    }
}

/// A request guard that passes a request on to the next route.
struct Forwards;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Forwards {
    type Error = ();

    async fn from_request(_: &'r rocket::Request<'_>) -> Outcome<Self, ()> {
        Outcome::Forward(Status::Gone)
    }
}

#[get("/status/<status>")]
fn status(mut session: Session<AppSession>, status: u16) -> Status {
    *session.visits_mut() += 1;
    Status::new(status)
}

#[get("/result/<status>")]
fn result(mut session: Session<AppSession>, status: u16) -> Result<String, (Status, &'static str)> {
    *session.visits_mut() += 1;
    Err((Status::new(status), "the application's own text"))
}

#[get("/none")]
fn none(_counted: Counted) -> Option<String> {
    None
}

#[get("/guard/404")]
fn guard_404(_counted: Counted, _fails: Fails<404>) {}

#[get("/guard/500")]
fn guard_500(_counted: Counted, _fails: Fails<500>) {}

#[get("/forward")]
fn forward(_counted: Counted, _forwards: Forwards) {}

#[derive(rocket::FromForm)]
struct Order {
    amount: u32,
}

#[post("/form", data = "<order>")]
fn form(_counted: Counted, order: Form<Order>) -> String {
    order.amount.to_string()
}

#[get("/panic")]
fn panic(mut session: Session<AppSession>) {
    session.set_visits(1);
    panic!("a handler panics");
}

#[get("/saved-panic")]
fn saved_panic(mut session: Session<AppSession>) {
    session.set_visits(1);
    session.save().unwrap();
    session.set_visits(2);
    panic!("a handler panics");
}

#[get("/logout-panic")]
fn logout_panic(mut session: Session<AppSession>) {
    session.destroy();
    panic!("a handler panics");
}

fn visits(response: &Response) -> Option<u64> {
    let set = response.set_cookies();
    let seal = &set.iter().find(|line| line.name == "sid" && !line.expires())?.value;
    content(&clock(), seal)["visits"].as_u64()
}

#[test]
fn each_kind_of_error_commits_by_its_status() {
    Framework::Rocket.run(|_| async {
        let routes = routes![status, result, none, guard_404, guard_500, forward, form];
        let browser = start(|rocket| rocket.mount("/", routes)).await;
        for (path, status, saved) in [
            ("/status/404", 404, Some(1)),
            ("/status/401", 401, Some(1)),
            ("/status/500", 500, None),
            ("/status/503", 503, None),
            ("/result/409", 409, Some(1)),
            ("/result/500", 500, None),
            ("/none", 404, Some(1)),
            ("/guard/404", 404, Some(1)),
            ("/guard/500", 500, None),
            ("/forward", 410, Some(1)),
        ] {
            let response = browser.send_as_is(Request::get(path)).await;
            assert_eq!((response.status, visits(&response)), (status, saved), "{path}: {response:?}");
            assert_eq!(response.all("vary"), ["Cookie"], "{path}");
            let is_stored = saved.is_none();
            assert_eq!(response.one("cache-control").is_none(), is_stored, "{path}");
        }
        let order = Request::new("POST", "/form").form("amount=many");
        let response = browser.send_as_is(order).await;
        assert_eq!((response.status, visits(&response)), (422, Some(1)));
    });
}

#[test]
fn a_panicking_handler_commits_what_save_accepted_and_nothing_else() {
    Framework::Rocket.run(|_| async {
        let routes = routes![panic, saved_panic, logout_panic];
        let browser = start(|rocket| rocket.mount("/", routes)).await;
        let response = browser.send_as_is(Request::get("/panic")).await;
        assert_eq!((response.status, response.set_cookies().len()), (500, 0));
        let response = browser.send_as_is(Request::get("/saved-panic")).await;
        assert_eq!((response.status, visits(&response)), (500, Some(1)));
        let request = Request::get("/logout-panic").header("cookie", cookie(&clock(), r#"{"visits":7}"#));
        let response = browser.send_as_is(request).await;
        assert_eq!(
            (response.status, response.set_and_expired().1),
            (500, ALL_NAMES.map(String::from).to_vec())
        );
    });
}

#[catch(404)]
async fn not_found(request: &rocket::Request<'_>) -> String {
    let mut session = request.guard::<Session<AppSession>>().await.unwrap();
    *session.visits_mut() += 10;
    format!("not found, visitor {}", session.visits())
}

#[catch(409)]
async fn failing_catcher(request: &rocket::Request<'_>) -> Result<(), Status> {
    let mut session = request.guard::<Session<AppSession>>().await.unwrap();
    *session.visits_mut() += 10;
    Err(Status::BadGateway)
}

#[catch(410)]
async fn panicking_catcher(request: &rocket::Request<'_>) -> String {
    let mut session = request.guard::<Session<AppSession>>().await.unwrap();
    *session.visits_mut() += 10;
    drop(session);
    panic!("a catcher panics")
}

/// The session is committed after the catchers, so they can use it.
#[test]
fn a_catcher_reads_and_changes_the_session() {
    Framework::Rocket.run(|_| async {
        let browser = start(|rocket| {
            rocket
                .mount("/", routes![status])
                .register("/", catchers![not_found, failing_catcher, panicking_catcher])
        })
        .await;
        let response = browser.send_as_is(Request::get("/status/404")).await;
        assert_eq!((response.status, &*response.body), (404, "not found, visitor 11"));
        assert_eq!(visits(&response), Some(11));
        // No route at all.
        let response = browser.send_as_is(Request::get("/nowhere")).await;
        assert_eq!((response.status, visits(&response)), (404, Some(10)));
        // A catcher that fails leads to the catcher for 500.
        for path in ["/status/409", "/status/410"] {
            let response = browser.send_as_is(Request::get(path)).await;
            assert_eq!((response.status, response.set_cookies().len()), (500, 0), "{path}");
        }
    });
}

/// Rocket can't read such a request, and asks no fairing.
#[test]
fn a_request_that_rocket_refuses_is_committed_by_nobody() {
    Framework::Rocket.run(|_| async {
        let browser = start(|rocket| rocket.mount("/", routes![status])).await;
        let log = Log::capture();
        let response = browser.send_as_is(Request::new("SEARCH", "/status/200")).await;
        assert_eq!((response.status, response.set_cookies().len()), (400, 0));
        log.assert_silent();
    });
}

fn count_in_fairings() -> [AdHoc; 2] {
    let count = |request: &rocket::Request<'_>| {
        let mut session = Session::<AppSession>::from_http_request(request).unwrap();
        *session.visits_mut() += 10;
    };
    [
        AdHoc::on_request("a request fairing", move |request, _| Box::pin(async move { count(request) })),
        AdHoc::on_response("a response fairing", move |request, _| Box::pin(async move { count(request) })),
    ]
}

#[test]
fn fairings_change_the_session_before_and_after_the_handler() {
    Framework::Rocket.run(|_| async {
        let browser = start(|rocket| {
            let rocket = rocket.mount("/", routes![status]);
            count_in_fairings().into_iter().fold(rocket, Rocket::attach)
        })
        .await;
        let log = Log::capture();
        let response = browser.send_as_is(Request::get("/status/204")).await;
        assert_eq!((response.status, visits(&response)), (204, Some(21)));
        log.assert_silent();
    });
}

#[test]
fn the_status_that_a_fairing_sets_is_the_one_that_counts() {
    Framework::Rocket.run(|_| async {
        for failed in [500, 404] {
            let browser = start(|rocket| {
                let fail = AdHoc::on_response("fails", move |_, response| {
                    Box::pin(async move { response.set_status(Status::new(failed)) })
                });
                rocket.mount("/", routes![status]).attach(fail)
            })
            .await;
            let response = browser.send_as_is(Request::get("/status/200")).await;
            assert_eq!((response.status, visits(&response)), (failed, (failed == 404).then_some(1)));
        }
    });
}

#[derive(IronSession, Clone)]
struct Member {
    #[session(subject)]
    user: Option<u64>,
}

#[get("/option")]
fn option(user: Option<SignedIn<Member>>) -> (Status, &'static str) {
    (Status::Unauthorized, if user.is_some() { "somebody" } else { "nobody" })
}

#[get("/own-redirect")]
fn own_redirect(user: Option<SignedIn<Member>>) -> rocket::response::Redirect {
    assert!(user.is_none());
    rocket::response::Redirect::to("/elsewhere")
}

#[get("/result")]
fn as_result(user: Result<SignedIn<Member>, AccessError>) -> Result<String, AccessError> {
    Ok(user?.subject.to_string())
}

#[get("/account")]
fn account(user: SignedIn<Member>) -> String {
    user.subject.to_string()
}

/// Another route for those who are not signed in, as Rocket's users write it.
#[get("/ranked")]
fn ranked(user: Result<SignedIn<Member>, AccessError>) -> Result<String, AccessError> {
    user.map(|user| user.subject.to_string())
}

#[catch(401)]
fn unauthorized() -> &'static str {
    "please sign in"
}

#[derive(rocket::Responder)]
struct Page(String, Header<'static>);

#[catch(default)]
fn any_error(status: Status, _: &rocket::Request<'_>) -> (Status, Page) {
    (status, Page(format!("error {status}"), Header::new("x-catcher", "default")))
}

#[test]
fn a_guards_redirect_replaces_no_response_of_a_handler() {
    Framework::Rocket.run(|_| async {
        let clock = clock();
        let settings = options(&clock).sign_in_page("/login").build().unwrap();
        let rocket = build()
            .attach(SessionFairing::<Member>::new(settings).unwrap())
            .mount("/", routes![option, own_redirect, as_result, account, ranked])
            .register("/account", catchers![any_error])
            .register("/", catchers![unauthorized]);
        let browser = Browser::on_rocket(rocket, &clock).await;
        let navigation = |path| Request::get(path).header("sec-fetch-mode", "navigate");

        let response = browser.send_as_is(navigation("/option")).await;
        assert_eq!((response.status, &*response.body), (401, "nobody"));
        let response = browser.send_as_is(navigation("/own-redirect")).await;
        assert_eq!((response.status, response.one("location")), (303, Some("/elsewhere")));
        for path in ["/account", "/result", "/ranked"] {
            let response = browser.send_as_is(navigation(path)).await;
            assert_eq!((response.status, response.one("location")), (303, Some("/login")), "{path}");
            assert_eq!((&*response.body, response.one("x-catcher")), ("", None), "{path}");
            assert_eq!(response.one("cache-control"), Some("private, no-store"), "{path}");
        }
        // A request of a script gets the page of the catcher.
        let response = browser.send_as_is(Request::get("/result")).await;
        assert_eq!((response.status, &*response.body), (401, "please sign in"));
        assert_eq!(response.one("cache-control"), Some("private, no-store"));
        let response = browser.send_as_is(Request::get("/account")).await;
        assert_eq!((response.status, response.one("x-catcher")), (401, Some("default")));
    });
}

/// Rocket goes on when the browser has gone, so nothing is lost that the handler was told to be saved.
#[test]
fn a_request_whose_browser_has_gone_is_committed() {
    Framework::Rocket.run(|_| async {
        let (started, wait) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (ended, after) = tokio::sync::oneshot::channel();
        let (starts, waits, ended) = (Arc::clone(&started), Arc::clone(&wait), Mutex::new(Some(ended)));
        let clock = clock();
        let site = Shop::new(options(&clock)).route("/", move |mut session| {
            let (starts, waits) = (Arc::clone(&starts), Arc::clone(&waits));
            let ended = ended.lock().unwrap().take().unwrap();
            async move {
                session.set_visits(1);
                session.save().unwrap();
                starts.notify_one();
                waits.notified().await;
                ended.send(()).unwrap();
                ok()
            }
        });
        let mut browser = Framework::Rocket.browse(site, &clock).await;
        let log = Log::capture();
        tokio::select! {
            response = browser.get("/") => panic!("{response:?}"),
            () = started.notified() => {}
        }
        wait.notify_one();
        after.await.unwrap();
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        log.assert_silent();
    });
}
