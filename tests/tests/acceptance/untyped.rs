//! `Untyped`: a session that is any JSON object.

use std::time::Duration;

use iron_session::clock::{Clock as _, ManualClock};
use iron_session::error::OptionsError;
use iron_session::schema::Storage;
use iron_session::server_state::{MemoryStore, ServerState};
use iron_session::{IronSession as _, Session, SessionOptions, SessionOptionsBuilder, Untyped};
use iron_session_tests::fixtures::{clock, cookie, noise, options, passwords, unseal};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{Browser, Framework, Log, Request, Site, on_every_framework};
use serde_json::value::RawValue;

on_every_framework![
    it_reads_what_javascript_wrote,
    it_writes_what_changed_and_keeps_the_rest,
    it_is_expired_when_its_last_member_goes,
    the_options_say_how_many_cookies_it_may_use,
    the_reserved_member_is_not_one_of_its_own,
    with_a_server_state_it_can_be_revoked,
    it_moves_to_a_record_and_back,
    in_a_record_the_changes_of_two_requests_stay,
];

async fn it_reads_what_javascript_wrote(framework: Framework) {
    let clock = clock();
    let site = Site::<Untyped>::new(options(&clock)).route("/", |session| async move {
        let names: Vec<_> = session.keys().collect();
        let n = session.get::<Box<RawValue>>("n").map(|n| n.get().to_owned());
        text(format!("{names:?} {:?} {n:?}", session.get::<String>("user")))
    });
    let browser = framework.browse(site, &clock).await;

    let header = cookie(&clock, r#"{"user":"ada","n":1e2,"deep":{"a":[null]}}"#);
    let response = browser.send_as_is(Request::get("/").header("cookie", header)).await;
    assert_eq!(response.body, r#"["user", "n", "deep"] Some("ada") Some("1e2")"#);
}

async fn it_writes_what_changed_and_keeps_the_rest(framework: Framework) {
    let clock = clock();
    let site = Site::<Untyped>::new(options(&clock)).route("/", |mut session| async move {
        session.insert("user", "grace").unwrap();
        session.remove("gone");
        session.insert("new", &[1, 2]).unwrap();
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"n":1e2, "user":"ada","gone":0,"deep":{"a" : 1.0}}"#));

    browser.get("/").await;
    let written = unseal(&clock, browser.jar.value("sid").unwrap());
    assert_eq!(written, r#"{"n":1e2,"user":"grace","deep":{"a" : 1.0},"new":[1,2]}"#);
}

async fn it_is_expired_when_its_last_member_goes(framework: Framework) {
    let clock = clock();
    let site = Site::<Untyped>::new(options(&clock)).route("/", |mut session| async move {
        assert!(session.remove("user"));
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"user":"ada"}"#));

    assert_eq!(browser.get("/").await.set_and_expired().0, [""; 0]);
    assert_eq!(browser.jar.names(), [""; 0]);
}

async fn the_options_say_how_many_cookies_it_may_use(framework: Framework) {
    for (max_cookies, status, names) in [(1, 500, vec![]), (2, 200, vec!["sid.0", "sid.1"])] {
        let clock = clock();
        let options =
            SessionOptions::builder("sid", passwords()).clock(clock.clone()).max_cookies(max_cookies);
        let site = Site::<Untyped>::new(options).route("/", |mut session| async move {
            session.insert("large", &noise(4000)).unwrap();
            ok()
        });
        let mut browser = framework.browse(site, &clock).await;

        assert_eq!(browser.get("/").await.status, status);
        assert_eq!(browser.jar.names(), names);
    }
}

async fn the_reserved_member_is_not_one_of_its_own(framework: Framework) {
    let clock = clock();
    let site = Site::<Untyped>::new(options(&clock)).route("/", |mut session| async move {
        assert!(session.get::<Box<RawValue>>("$").is_none());
        // Metadata is ours: whether this is refused or ignored, it must not
        // make a session that no server can read.
        let _refused = session.insert("$", &serde_json::json!({"v": 99}));
        session.insert("user", "ada").unwrap();
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"$":{"t":3600},"n":1}"#));
    let log = Log::capture();

    for _ in 0..2 {
        browser.get("/").await;
        log.assert_silent();
        let written = unseal(&clock, browser.jar.value("sid").unwrap());
        assert_eq!(written, r#"{"$":{"t":3600},"n":1,"user":"ada"}"#);
    }
}

async fn state(clock: &ManualClock) -> ServerState {
    let store = MemoryStore::with_clock(clock.clone());
    ServerState::builder(store, passwords()).clock(clock.clone()).start().await.unwrap()
}

/// Sets members, and tells what is there.
fn members(options: SessionOptionsBuilder) -> Site<Untyped> {
    let set = |name: &'static str, bytes| {
        move |mut session: Session<Untyped>| async move {
            session.insert(name, &noise(bytes)).unwrap();
            ok()
        }
    };
    Site::<Untyped>::new(options)
        .route("/small", set("small", 10))
        .route("/other", set("other", 10))
        .route("/large", set("large", 6000))
        .route("/too-large", set("large", 70_000))
        .route("/shrink", |mut session| async move { text(session.remove("large")) })
        .route("/names", |session| async move { text(session.keys().collect::<Vec<_>>().join(",")) })
        .route("/destroy", |mut session| async move {
            session.destroy();
            ok()
        })
        .route("/revoke", |mut session: Session<Untyped>| async move {
            session.revoke().await.unwrap();
            ok()
        })
}

async fn with_a_server_state_it_can_be_revoked(framework: Framework) {
    let clock = clock();
    let state = state(&clock).await;
    let mut browser = framework.browse(members(options(&clock).server_state(state.clone())), &clock).await;
    let with = |copy: &str| Request::get("/names").header("cookie", format!("sid={copy}"));
    for end in ["/destroy", "/revoke"] {
        browser.get("/small").await;
        let copy = browser.jar.value("sid").unwrap().to_owned();
        assert_eq!(browser.send_as_is(with(&copy)).await.body, "small");
        assert_eq!(browser.get(end).await.status, 200);
        assert_eq!(browser.send_as_is(with(&copy)).await.body, "", "{end}");
    }
    browser.get("/small").await;
    clock.advance(Duration::from_secs(120));
    state.revoke_all_before(clock.now()).await.unwrap();
    assert_eq!(browser.get("/names").await.body, "");

    // A session of JavaScript does not say when it was issued.
    browser.jar.store(&cookie(&clock, r#"{"user":"ada"}"#));
    assert_eq!(browser.get("/names").await.body, "", "it may be older than the revocation");
}

async fn it_moves_to_a_record_and_back(framework: Framework) {
    let clock = clock();
    let options = options(&clock).server_state(state(&clock).await).storage(Storage::Overflow);
    let mut browser = framework.browse(members(options), &clock).await;
    browser.get("/small").await;
    let is_in_record = |browser: &Browser| {
        let cookie = unseal(&clock, browser.jar.value("sid").unwrap());
        cookie.contains(r#""rev""#) && !cookie.contains("small")
    };
    assert!(!is_in_record(&browser));
    for _ in 0..2 {
        assert_eq!(browser.get("/large").await.status, 200);
        assert!(is_in_record(&browser));
        assert_eq!(browser.get("/names").await.body, "small,large");
    }
    assert_eq!(browser.get("/too-large").await.status, 500);
    assert_eq!(browser.get("/shrink").await.body, "true");
    assert!(!is_in_record(&browser));
    assert_eq!(browser.get("/names").await.body, "small");
}

async fn in_a_record_the_changes_of_two_requests_stay(framework: Framework) {
    let clock = clock();
    let options = options(&clock).server_state(state(&clock).await).storage(Storage::Server);
    let mut browser = framework.browse(members(options), &clock).await;
    browser.get("/large").await;
    let copy = format!("sid={}", browser.jar.value("sid").unwrap());
    let (one, two) = tokio::join!(
        browser.send_as_is(Request::get("/small").header("cookie", copy.clone())),
        browser.send_as_is(Request::get("/other").header("cookie", copy.clone())),
    );
    assert_eq!([one.status, two.status], [200, 200]);
    let response = browser.send_as_is(Request::get("/names").header("cookie", copy)).await;
    let mut names: Vec<_> = response.body.split(',').collect();
    names.sort_unstable();
    assert_eq!(names, ["large", "other", "small"]);
}

#[test]
fn without_a_server_state_it_has_no_record() {
    let options = options(&clock()).storage(Storage::Overflow).build().unwrap();
    let error = options.check::<Untyped>().unwrap_err();
    assert!(matches!(error, OptionsError::NoServerState { session: "Untyped", .. }), "{error}");
}

#[test]
fn it_is_made_of_an_object_alone() {
    for text in ["null", " null ", "[]", "1", "\"{}\"", ""] {
        assert!(text.parse::<Untyped>().is_err(), "{text}");
    }
    assert_eq!(" { } ".parse::<Untyped>().unwrap().to_json(), "{}");
    // iron-session reads a sealed `null` as an empty session, and so do we.
    let clock = clock();
    let request = iron_session_tests::RequestSession::<Untyped>::new(options(&clock).build().unwrap());
    let log = Log::capture();
    assert_eq!(request.handle([cookie(&clock, "null").as_str()]).unwrap().to_json(), "{}");
    log.assert_silent();
}

#[test]
fn its_members_can_be_read_and_written() {
    let mut session = Untyped::empty();
    assert_eq!(session.to_json(), "{}");
    session.insert("a", &1).unwrap();
    session.insert("b", &"x").unwrap();
    session.insert("a", &Some(2)).unwrap();
    assert_eq!(session.keys().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(session.get::<u8>("a"), Some(2));
    assert_eq!(session.get::<bool>("a"), None, "of another type");
    assert_eq!(session.get::<u8>("c"), None);
    assert_eq!(session.to_json(), r#"{"a":2,"b":"x"}"#);
    assert!(session.remove("a"));
    assert!(!session.remove("a"));
    session.insert("say \"hi\"", &()).unwrap();
    assert_eq!(session.to_json(), r#"{"b":"x","say \"hi\"":null}"#);
}
