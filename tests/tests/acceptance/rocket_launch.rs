//! What Rocket refuses to launch, so that no request has to fail.

use iron_session::guard::{CsrfVerified, Require, Rule, SignedIn};
use iron_session::{CsrfToken, IronSession, Session, SessionFairing, SessionOptions};
use iron_session_tests::fixtures::{clock, options, passwords};
use iron_session_tests::on_rocket::build;
use iron_session_tests::{AppSession, Browser, Framework, Log, OtherSession, Request};
use rocket::error::ErrorKind;
use rocket::{Build, Rocket, Route, get, post, routes};
use tracing::Level;

#[derive(IronSession, Clone)]
struct Member {
    #[session(subject)]
    user: Option<u64>,
    csrf: CsrfToken,
}

struct Anybody;

impl Rule<Member> for Anybody {
    fn allows(_: &Member) -> bool {
        true
    }
}

#[get("/")]
fn session(_session: Session<Member>) {}

#[get("/")]
fn option(_session: Option<Session<Member>>) {}

#[get("/")]
fn signed_in(_user: SignedIn<Member>) {}

#[get("/")]
fn require(_user: Require<Member, Anybody>) {}

#[get("/")]
fn header(_verified: CsrfVerified<Member>) {}

#[post("/", data = "<_body>")]
fn body(_body: CsrfVerified<Member, String>) {}

#[get("/")]
fn neither() {}

#[get("/count")]
fn count(mut session: Session<AppSession>) -> String {
    *session.visits_mut() += 1;
    session.visits().to_string()
}

fn fairing<T: IronSession>() -> SessionFairing<T> {
    SessionFairing::new(options(&clock()).build().unwrap()).unwrap()
}

/// Returns what is wrong before the launch.
async fn mistake(rocket: Rocket<Build>) -> Option<&'static str> {
    let error = rocket.ignite().await.err()?;
    match error.kind() {
        ErrorKind::SentinelAborts(_) => Some("sentinel"),
        ErrorKind::FailedFairings(_) => Some("fairing"),
        kind => panic!("{kind}"),
    }
}

#[test]
fn a_route_whose_session_has_no_fairing_is_not_launched() {
    Framework::Rocket.run(|_| async {
        let kinds: [fn() -> Vec<Route>; 6] = [
            || routes![session],
            || routes![option],
            || routes![signed_in],
            || routes![require],
            || routes![header],
            || routes![body],
        ];
        for routes in kinds {
            for rocket in [build(), build().attach(fairing::<AppSession>())] {
                let log = Log::capture();
                assert_eq!(mistake(rocket.mount("/", routes())).await, Some("sentinel"), "{:?}", routes());
                let event = log.take_one();
                assert_eq!(event.level, Level::ERROR);
                assert!(event.to_string().contains("`SessionFairing::<Member>`"), "what to do: {event}");
            }
            let log = Log::capture();
            assert_eq!(mistake(build().attach(fairing::<Member>()).mount("/", routes())).await, None);
            log.assert_silent();
        }
        assert_eq!(mistake(build().mount("/", routes![neither])).await, None);
    });
}

#[test]
fn fairings_that_do_not_agree_are_not_launched() {
    Framework::Rocket.run(|_| async {
        let clock = clock();
        let one = options(&clock).build().unwrap();
        let admin = SessionOptions::builder("admin", passwords()).clock(clock.clone()).build().unwrap();
        let first = || SessionFairing::<AppSession>::new(one.clone()).unwrap();

        let log = Log::capture();
        let other_options = SessionFairing::<AppSession>::new(admin.clone()).unwrap();
        assert_eq!(mistake(build().attach(first()).attach(other_options)).await, Some("fairing"));
        let event = log.take_one();
        assert_eq!(event.level, Level::ERROR);
        assert!(event.to_string().contains("`admin`"), "{event}");

        let same_cookie = SessionFairing::<OtherSession>::new(one.clone()).unwrap();
        assert_eq!(mistake(build().attach(first()).attach(same_cookie)).await, Some("fairing"));
        assert!(log.take_one().to_string().contains("`OtherSession`"));

        let other_cookie = SessionFairing::<OtherSession>::new(admin.clone()).unwrap();
        assert_eq!(mistake(build().attach(first()).attach(other_cookie)).await, None);
        // They can be compared only when a request comes.
        let admin = admin.check::<AppSession>().unwrap();
        let by_request = SessionFairing::<AppSession>::per_request(move |_| admin.clone());
        assert_eq!(mistake(build().attach(first()).attach(by_request)).await, None);
        log.assert_silent();
    });
}

#[test]
fn fairings_with_the_same_options_share_the_session() {
    Framework::Rocket.run(|_| async {
        let fairing = fairing::<AppSession>();
        let rocket = build().attach(fairing.clone()).attach(fairing).mount("/", routes![count]);
        let browser = Browser::on_rocket(rocket, &clock()).await;
        let log = Log::capture();
        let response = browser.send_as_is(Request::get("/count")).await;
        assert_eq!((&*response.body, response.set_and_expired().0), ("1", vec!["sid".to_owned()]));
        log.assert_silent();
    });
}
