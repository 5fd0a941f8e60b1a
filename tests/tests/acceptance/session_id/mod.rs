//! The id and the time of issue of a `#[session(revocable)]` struct: a session gets them once, and
//! keeps them until it is restarted.
//!
//! `stays` has what does not change them, `restart` what does.

mod restart;
mod stays;

use std::collections::HashSet;
use std::time::Duration;

use iron_session::clock::{ManualClock, Timestamp};
use iron_session::session::{RequestSession, SessionId};
use iron_session::{IronSession, Session, SessionOptions};
use iron_session_tests::fixtures::{NOW_MS, clock, content, cookie, options, unseal};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{Framework, Jar, Site, on_every_framework};
use serde_json::json;

on_every_framework![
    a_session_gets_its_id_when_it_is_first_written,
    a_session_of_javascript_gets_its_id_when_it_is_read,
];

/// Its fields may have the names that the metadata has.
#[derive(IronSession, Clone, Debug)]
#[session(revocable, json_schema)]
struct Account {
    #[session(subject)]
    user: Option<String>,
    visits: u32,
    id: Option<u64>,
    note: String,
}

/// The former release.
#[derive(IronSession, Clone)]
struct Former {
    user: Option<String>,
    visits: u32,
}

const ISSUED_SECS: u64 = NOW_MS / 1000;
const ID: &str = "-_AAAAAAAAAAAAAAAAAAAA";

/// A browser and the clock of its server.
struct Visitor {
    clock: ManualClock,
    jar: Jar,
}

impl Visitor {
    fn new() -> Self {
        let clock = clock();
        Self { jar: Jar::new("shop.example", &clock), clock }
    }

    fn with(payload: &str) -> Self {
        let mut this = Self::new();
        this.jar.store(&cookie(&this.clock, payload));
        this
    }

    /// Plays a request, and returns whether its response wrote or expired a cookie.
    fn visit<T: IronSession>(&mut self, visit: impl FnOnce(&mut Session<T>)) -> bool {
        self.visit_under(&options(&self.clock).build().unwrap(), visit)
    }

    fn visit_under<T: IronSession>(
        &mut self,
        options: &SessionOptions,
        visit: impl FnOnce(&mut Session<T>),
    ) -> bool {
        let request = RequestSession::<T>::new(options.check().unwrap());
        let mut session = request.handle([self.jar.header("/").unwrap_or_default()]).unwrap();
        visit(&mut session);
        drop(session);
        let commit = request.commit(200);
        self.jar.store_all(commit.set_cookies.iter().map(String::as_str));
        !commit.set_cookies.is_empty()
    }

    fn payload(&self) -> String {
        unseal(&self.clock, self.jar.value("sid").expect("a session"))
    }

    /// The id and the time of issue in the cookie.
    fn held(&self) -> (String, u64) {
        let metadata = &content(&self.clock, self.jar.value("sid").expect("a session"))["$"];
        (metadata["id"].as_str().unwrap().to_owned(), metadata["iat"].as_u64().unwrap())
    }

    /// The id and the time of issue that a handler sees.
    fn seen(&mut self) -> (String, u64) {
        let mut seen = None;
        self.visit(|session: &mut Session<Account>| seen = Some(facts(session)));
        seen.unwrap()
    }
}

fn look(session: &mut Session<Account>) {
    let _ = session.user();
}

fn facts<T: IronSession>(session: &Session<T>) -> (String, u64) {
    let meta = session.meta();
    (meta.id().expect("an id").to_string(), secs(meta.issued_at()).expect("a time"))
}

fn secs(at: Option<Timestamp>) -> Option<u64> {
    at.map(|at| at.as_unix_ms() / 1000)
}

async fn a_session_gets_its_id_when_it_is_first_written(framework: Framework) {
    let clock = clock();
    let site = Site::<Account>::new(options(&clock))
        .route("/", |session| async move { text(facts(&session).0) })
        .route("/visit", |mut session| async move {
            let before = session.meta().id();
            session.visits += 1;
            assert_eq!(session.meta().id(), before);
            text(facts(&session).0)
        });
    let mut browser = framework.browse(site, &clock).await;

    let visitor = browser.get("/").await;
    assert_eq!((visitor.body.len(), visitor.all("set-cookie").len()), (22, 0), "asking writes nothing");
    let visit = browser.get("/visit").await;
    let payload = unseal(&clock, browser.jar.value("sid").unwrap());
    let metadata = format!(r#"{{"$":{{"iat":{ISSUED_SECS},"id":"{}"}},"visits":1,"#, visit.body);
    assert!(payload.starts_with(&metadata), "{payload}");
    clock.advance(Duration::from_secs(3600));
    for path in ["/", "/visit", "/visit"] {
        assert_eq!(browser.get(path).await.body, visit.body);
    }
    let held = content(&clock, browser.jar.value("sid").unwrap());
    assert_eq!(held["$"], json!({ "iat": ISSUED_SECS, "id": visit.body }));
}

async fn a_session_of_javascript_gets_its_id_when_it_is_read(framework: Framework) {
    let clock = clock();
    let site = Site::<Account>::new(options(&clock))
        .route("/", |session| async move { text(session.user().unwrap_or("nobody")) })
        .route("/poll", |session| async move { text(session.user().unwrap_or("nobody")) })
        .route_without_session("/static", || async { ok() })
        .polled("/poll");
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"theirs":1e0,"user":"ada"}"#));

    for path in ["/poll", "/static"] {
        assert_eq!(browser.get(path).await.all("set-cookie"), [""; 0], "{path}");
    }
    assert_eq!(browser.get("/").await.set_cookies().len(), 1);
    let payload = unseal(&clock, browser.jar.value("sid").unwrap());
    let id = content(&clock, browser.jar.value("sid").unwrap())["$"]["id"].as_str().unwrap().to_owned();
    let metadata = format!(r#"{{"$":{{"iat":{ISSUED_SECS},"id":"{id}"}},"#);
    assert_eq!(payload, format!(r#"{metadata}"theirs":1e0,"user":"ada"}}"#), "and nothing else changes");
    assert_eq!(browser.get("/").await.all("set-cookie"), [""; 0], "once");

    // JavaScript's next save keeps it.
    browser.jar.store(&cookie(&clock, &format!(r#"{metadata}"user":"eve"}}"#)));
    let read = browser.get("/").await;
    assert_eq!((read.body.as_str(), read.all("set-cookie").len()), ("eve", 0));
}

#[test]
fn an_id_is_128_random_bits() {
    let ids: HashSet<SessionId> = (0..200)
        .map(|_| {
            let mut id = None;
            Visitor::new().visit(|session: &mut Session<Account>| id = session.meta().id());
            id.unwrap()
        })
        .collect();
    assert_eq!(ids.len(), 200);
    let is_base64url = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    for index in 0..22 {
        let seen: HashSet<char> = ids.iter().map(|id| id.as_str().chars().nth(index).unwrap()).collect();
        assert!(seen.iter().all(|c| is_base64url(*c)));
        // The last character has two bits.
        assert!(if index == 21 { seen.len() == 4 } else { seen.len() > 32 }, "{index}: {seen:?}");
    }
}

#[test]
fn what_is_no_id_or_no_time_of_issue_is_replaced() {
    let valid_id = format!(r#""id":"{ID}""#);
    for (metadata, keeps_id, keeps_age) in [
        (format!(r#"{{"iat":5,{valid_id}}}"#), true, true),
        (format!("{{{valid_id}}}"), true, false),
        (r#"{"iat":5}"#.to_owned(), false, true),
        (format!(r#"{{"iat":1763650061,{valid_id}}}"#), true, false),
        (format!(r#"{{"iat":"5",{valid_id}}}"#), true, false),
        (r#"{"iat":5,"id":"AAAAAAAAAAAAAAAAAAAAA"}"#.to_owned(), false, true),
        (r#"{"iat":5,"id":"AAAAAAAAAAAAAAAAAAAAAAA"}"#.to_owned(), false, true),
        (r#"{"iat":5,"id":"AAAAAAAAAAAAAAAAAAAAA+"}"#.to_owned(), false, true),
        (r#"{"iat":5,"id":"AAAAAAAAAAAAAAAAAAAA\u0041"}"#.to_owned(), false, true),
        (r#"{"iat":5,"id":{"a":1}}"#.to_owned(), false, true),
        (r#"{"iat":5,"id":null}"#.to_owned(), false, true),
        (r#""JavaScript's own""#.to_owned(), false, false),
        ("null".to_owned(), false, false),
        (r#"{"theirs":1}"#.to_owned(), false, false),
    ] {
        let mut visitor = Visitor::with(&format!(r#"{{"$":{metadata},"visits":1}}"#));
        let seen = visitor.seen();
        assert_eq!((seen.0 == ID, seen.1 == 5), (keeps_id, keeps_age), "{metadata}");
        assert_eq!(visitor.held(), seen, "{metadata}");
        assert!(!visitor.visit(look), "{metadata}: once");
    }
}
