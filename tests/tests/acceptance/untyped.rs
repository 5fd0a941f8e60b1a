//! `Untyped`: a session that is any JSON object.

use iron_session::{IronSession as _, SessionOptions, Untyped};
use iron_session_tests::fixtures::{clock, cookie, noise, options, passwords, unseal};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{Framework, Log, Request, Site, on_every_framework};
use serde_json::value::RawValue;

on_every_framework![
    it_reads_what_javascript_wrote,
    it_writes_what_changed_and_keeps_the_rest,
    it_is_expired_when_its_last_member_goes,
    the_options_say_how_many_cookies_it_may_use,
    the_reserved_member_is_not_one_of_its_own,
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
