//! The id and the time of issue of a `#[session(revocable)]` struct: a session gets them once, and
//! keeps them until it is restarted.

use std::collections::HashSet;
use std::time::Duration;

use iron_session::clock::{Clock as _, ManualClock, Timestamp};
use iron_session::error::SaveError;
use iron_session::session::{RequestSession, SessionId};
use iron_session::{IronSession, Passwords, Session, SessionOptions};
use iron_session_tests::cases::check;
use iron_session_tests::fixtures::{
    NOW_MS, OTHER_PASSWORD, PASSWORD, clock, content, cookie, options, passwords, seal, unseal,
};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{Framework, Jar, Site, on_every_framework};
use proptest::prelude::*;
use serde_json::{Value, json};

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

#[derive(IronSession, Clone)]
#[session(revocable, version = 2, previous = Former, untagged = 1)]
struct Renamed {
    name: Option<String>,
}

impl From<Former> for Renamed {
    fn from(former: Former) -> Self {
        Self { name: former.user }
    }
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
        let is_written = !(keeps_id && keeps_age);
        if is_written {
            assert_eq!(visitor.held(), seen, "{metadata}");
        }
        assert_eq!((seen.0 == ID, seen.1 == 5), (keeps_id && seen.0 == ID, keeps_age), "{metadata}");
        assert_eq!(seen.0 == ID, keeps_id, "{metadata}");
        assert!(!visitor.visit(|session: &mut Session<Account>| drop(session.user())), "{metadata}: once");
        assert_eq!(visitor.seen(), seen, "{metadata}");
    }
}

#[test]
fn clear_keeps_them_and_restart_makes_new_ones() {
    let mut visitor = Visitor::new();
    visitor.visit(|session: &mut Session<Account>| session.visits += 1);
    let first = visitor.held();

    visitor.clock.advance(Duration::from_secs(60));
    visitor.visit(|session: &mut Session<Account>| {
        session.clear();
        session.visits += 1;
        assert_eq!(facts(session), first);
    });
    assert_eq!(visitor.held(), first);

    let mut second = None;
    visitor.visit(|session: &mut Session<Account>| {
        session.restart();
        session.visits += 1;
        second = Some(facts(session));
    });
    let second = second.unwrap();
    assert_eq!(visitor.held(), second);
    assert_eq!(second.1, ISSUED_SECS + 60);
    assert_ne!(second.0, first.0);
}

/// A handler logs the id next to the sign-in, before anything is published.
#[test]
fn a_handler_learns_the_new_id_at_once() {
    let mut visitor = Visitor::with(&format!(r#"{{"$":{{"t":60,"iat":5,"id":"{ID}"}},"visits":1}}"#));
    let mut held = None;
    visitor.visit(|session: &mut Session<Account>| {
        let kept = session.meta();
        let old = facts(session);
        assert_eq!((old.0.as_str(), old.1, kept.is_new()), (ID, 5, false));

        session.sign_in("ada".to_owned());
        let new = facts(session);
        assert_ne!(new.0, old.0);
        assert_eq!((new.1, session.meta().is_new(), session.meta().lifetime()), (ISSUED_SECS, true, None));
        assert_eq!(kept.id(), session.meta().id(), "also from a value that was kept");
        session.update(|_| assert_eq!(kept.id().unwrap().to_string(), new.0));
        assert_eq!(facts(session), new);

        // Every restart makes a new session.
        session.restart();
        let newer = facts(session);
        assert_ne!(newer.0, new.0);
        session.discard();
        assert_eq!(facts(session), old, "the restart is undone");

        session.sign_in("ada".to_owned());
        session.save().unwrap();
        let saved = facts(session);
        assert!(saved.0 != new.0 && saved.0 != newer.0);
        session.restart();
        session.discard();
        assert_eq!(facts(session), saved);
        held = Some(saved);
    });
    assert_eq!(Some(visitor.held()), held);

    visitor.visit(|session: &mut Session<Account>| {
        session.destroy();
        assert_eq!((session.meta().id(), session.meta().issued_at()), (None, None));
    });
    assert_eq!(visitor.jar.names(), [""; 0]);
}

#[test]
fn a_request_writes_one_id_however_often_it_encodes() {
    for restarts in [false, true] {
        let mut visitor = Visitor::new();
        let mut seen = None;
        let clock = visitor.clock.clone();
        visitor.visit(|session: &mut Session<Account>| {
            if restarts {
                session.restart();
            }
            session.set_user("ada");
            let too_large = "x".repeat(5000);
            session.save().unwrap();
            seen = Some(facts(session));
            clock.advance(Duration::from_secs(5));
            session.set_note(too_large);
            let error = session.save().unwrap_err();
            assert!(matches!(error, SaveError::TooLarge { .. }), "{error}");
            session.set_note("short");
            session.save().unwrap();
            session.update(|session| session.visits += 1);
            assert_eq!(seen, Some(facts(session)));
        });
        assert_eq!(seen, Some(visitor.held()));
        assert_eq!(visitor.held().1, ISSUED_SECS);
    }
}

#[test]
fn neither_a_refresh_nor_a_rotation_changes_them() {
    let mut visitor = Visitor::new();
    let refreshes = options(&visitor.clock).idle_timeout(Duration::from_secs(600)).build().unwrap();
    visitor.visit_under(&refreshes, |session: &mut Session<Account>| session.set_user("ada"));
    let held = visitor.held();
    visitor.clock.advance(Duration::from_secs(400));
    assert!(visitor.visit_under(&refreshes, |session: &mut Session<Account>| drop(session.user())));
    assert_eq!(visitor.held(), held);

    let rotated = Passwords::builder().password("1", PASSWORD).password("2", OTHER_PASSWORD).build().unwrap();
    let rotated = SessionOptions::builder("sid", rotated)
        .clock(visitor.clock.clone())
        .reseal_on_read()
        .build()
        .unwrap();
    assert!(visitor.visit_under(&rotated, |session: &mut Session<Account>| drop(session.user())));
    assert!(visitor.jar.value("sid").unwrap().starts_with("Fe26.2*2*"));
    let mut seen = None;
    visitor.visit_under(&rotated, |session: &mut Session<Account>| seen = Some(facts(session)));
    assert_eq!(seen, Some(held));
}

/// During a deploy, servers of the former release are not revocable yet.
#[test]
fn a_server_that_is_not_revocable_keeps_them() {
    let mut visitor = Visitor::new();
    visitor.visit(|session: &mut Session<Account>| session.set_user("ada"));
    let held = visitor.held();

    visitor.visit(|session: &mut Session<Former>| session.visits += 1);
    assert_eq!(visitor.held(), held);
    visitor.visit(|session: &mut Session<Former>| {
        session.clear();
        session.visits += 1;
        assert_eq!(session.meta().id().map(|id| id.to_string()), Some(held.0.clone()));
    });
    assert_eq!(visitor.held(), held);

    // Its new session gets them from the first server that knows them.
    visitor.visit(|session: &mut Session<Former>| {
        session.restart();
        session.set_user("ada");
        assert_eq!((session.meta().id(), session.meta().issued_at()), (None, None));
    });
    assert_eq!(content(&visitor.clock, visitor.jar.value("sid").unwrap())["$"], Value::Null);
    let new = visitor.seen();
    assert_eq!(visitor.held(), new);
    assert_ne!(new.0, held.0);
}

#[test]
fn a_migration_keeps_them() {
    let mut visitor = Visitor::with(&format!(r#"{{"$":{{"iat":5,"id":"{ID}"}},"user":"ada","visits":1}}"#));
    visitor.visit(|session: &mut Session<Renamed>| session.set_name("eve"));
    assert_eq!(visitor.payload(), format!(r#"{{"$":{{"v":2,"iat":5,"id":"{ID}"}},"name":"eve"}}"#));
}

/// The request can't write the session of a newer release, so no id is the session's.
#[test]
fn a_session_that_only_a_newer_release_reads_shows_no_id() {
    let payload = format!(r#"{{"$":{{"v":2,"iat":5,"id":"{ID}"}},"user":"ada"}}"#);
    let mut visitor = Visitor::with(&payload);
    assert!(!visitor.visit(|session: &mut Session<Account>| assert_eq!(session.meta().id(), None)));
    assert_eq!(visitor.payload(), payload);
    let mut seen = None;
    visitor.visit(|session: &mut Session<Account>| {
        session.sign_in("eve".to_owned());
        seen = Some(facts(session));
    });
    assert_eq!(seen, Some(visitor.held()));
}

/// A time of issue that a handler can log under an absolute timeout as well.
#[test]
fn an_absolute_timeout_alone_makes_a_time_of_issue_once() {
    let mut visitor = Visitor::new();
    let timeout = options(&visitor.clock).absolute_timeout(Duration::from_secs(600)).build().unwrap();
    let clock = visitor.clock.clone();
    visitor.visit_under(&timeout, |session: &mut Session<Former>| {
        assert_eq!((session.meta().id(), secs(session.meta().issued_at())), (None, Some(ISSUED_SECS)));
        clock.advance(Duration::from_secs(7));
        session.visits += 1;
    });
    assert_eq!(visitor.payload(), format!(r#"{{"$":{{"iat":{ISSUED_SECS}}},"visits":1}}"#));
}

/// A source of ids for both kinds of randomness.
#[test]
fn ids_come_from_the_randomness_of_the_options() {
    let clock = clock();
    let thread = SessionOptions::builder("sid", passwords())
        .clock(clock.clone())
        .randomness(iron_session::Randomness::Thread)
        .build()
        .unwrap();
    let mut visitor = Visitor::new();
    visitor.visit_under(&thread, |session: &mut Session<Account>| session.visits += 1);
    assert_eq!(visitor.held().0.len(), 22);
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Act {
    Look,
    Visit,
    VisitAndSave,
    VisitAtTheFormerRelease,
    Clear,
    JavaScriptSaves,
    Restart,
    SignIn,
}

/// Whatever happens to a session, only a restart changes its id.
#[test]
fn only_a_restart_changes_an_id() {
    use Act::{Clear, JavaScriptSaves, Look, Restart, SignIn, Visit, VisitAndSave, VisitAtTheFormerRelease};
    let acts = prop::collection::vec(
        prop::sample::select(vec![
            Look,
            Visit,
            VisitAndSave,
            VisitAtTheFormerRelease,
            Clear,
            JavaScriptSaves,
            Restart,
            SignIn,
        ]),
        1..12,
    );
    check(&acts, |acts| {
        let mut visitor = Visitor::new();
        visitor.visit(|session: &mut Session<Account>| session.visits += 1);
        let mut held = visitor.held();
        for act in acts {
            visitor.clock.advance(Duration::from_secs(1));
            match act {
                Look => drop(visitor.visit(|session: &mut Session<Account>| drop(facts(session)))),
                Visit => drop(visitor.visit(|session: &mut Session<Account>| session.visits += 1)),
                VisitAndSave => drop(visitor.visit(|session: &mut Session<Account>| {
                    session.update(|session| session.visits += 1);
                    session.save().unwrap();
                    session.set_note("saved");
                })),
                VisitAtTheFormerRelease => {
                    drop(visitor.visit(|session: &mut Session<Former>| session.visits += 1));
                }
                Clear => drop(visitor.visit(|session: &mut Session<Account>| {
                    session.clear();
                    session.visits += 1;
                })),
                JavaScriptSaves => {
                    let mut session: Value = serde_json::from_str(&visitor.payload()).unwrap();
                    session["theirs"] = json!(act == JavaScriptSaves);
                    let saved = seal(&visitor.clock, &session.to_string());
                    visitor.jar.store(&format!("sid={saved}; Path=/"));
                }
                Restart | SignIn => drop(visitor.visit(|session: &mut Session<Account>| {
                    if act == Restart {
                        session.restart()
                    } else {
                        session.sign_in("ada".to_owned())
                    }
                    session.visits += 1;
                })),
            }
            let now = visitor.held();
            if matches!(act, Restart | SignIn) {
                prop_assert_ne!(&now.0, &held.0);
                prop_assert_eq!(now.1, visitor.clock.now().as_unix_ms() / 1000);
                held = now;
            } else {
                prop_assert_eq!(&now, &held, "{:?}", act);
            }
        }
        Ok(())
    });
}
