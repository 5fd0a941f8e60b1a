//! `session.meta()`: the facts about a session.

use std::time::Duration;

use iron_session::clock::Timestamp;
use iron_session::session::{Lifetime, Outcome, RequestSession, Unreadable};
use iron_session::{Session, Untyped};
use iron_session_tests::fixtures::{NOW_MS, clock, cookie, options, seal, seal_with, sealer};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{Framework, Log, Request, Shop, on_every_framework};

on_every_framework![
    a_sign_in_page_says_that_the_session_has_expired,
    the_reason_is_the_one_that_is_logged,
    the_facts_of_a_session,
];

const ID: &str = "AAAAAAAAAAAAAAAAAAAAAA";

fn at(secs: u64) -> Timestamp {
    Timestamp::from_unix_ms(NOW_MS + secs * 1000)
}

async fn a_sign_in_page_says_that_the_session_has_expired(framework: Framework) {
    let clock = clock();
    let timeouts = options(&clock).idle_timeout(Duration::from_secs(1800));
    let site = Shop::new(timeouts.absolute_timeout(Duration::from_secs(3600)))
        .route("/login", |mut session| async move {
            session.set_user_id("ada");
            ok()
        })
        .route("/sign-in", |session| async move {
            text(match session.meta().unreadable() {
                Some(Unreadable::Expired) => "your session has expired",
                _ => "please sign in",
            })
        });
    let mut browser = framework.browse(site, &clock).await;

    assert_eq!(browser.get("/sign-in").await.body, "please sign in");
    browser.get("/login").await;
    assert_eq!(browser.get("/sign-in").await.body, "please sign in", "it is not expired");
    let header = browser.jar.header("/").unwrap();
    clock.advance(Duration::from_secs(1860));
    let idle = browser.send_as_is(Request::get("/sign-in").header("cookie", header)).await;
    assert_eq!(idle.body, "your session has expired");
    assert_eq!(idle.all("set-cookie").len(), 1, "and the browser need not send it again");

    // The absolute timeout has passed, although another server sealed it for longer.
    let old = cookie(&clock, &format!(r#"{{"$":{{"iat":{}}},"userId":"ada"}}"#, NOW_MS / 1000 - 1800));
    let absolute = browser.send_as_is(Request::get("/sign-in").header("cookie", old)).await;
    assert_eq!(absolute.body, "your session has expired");
}

async fn the_reason_is_the_one_that_is_logged(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |session| async move {
        text(session.meta().unreadable().map_or("", Unreadable::reason))
    });
    let browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    let purposed = seal_with(&sealer(&clock).with_purpose("reset"), r#"{"userId":"ada"}"#);
    for value in [
        purposed,
        "Fe26.2*1*".to_owned(),
        "; sid.1=x".to_owned(),
        seal(&clock, r#"["ada"]"#),
        seal(&clock, r#"{"$":{"v":2},"userId":"ada"}"#),
        seal(&clock, "\u{2}ada"),
        seal(&clock, "{}").replace("*1*", "*7*"),
        seal(&clock, "{}").replace("*1*", "*1*0"),
    ] {
        let response = browser.send_as_is(Request::get("/").header("cookie", format!("sid={value}"))).await;
        assert_eq!(Some(response.body.as_str()), log.take_one().field("reason"), "{value}");
    }
    let response = browser.send_as_is(Request::get("/").header("cookie", cookie(&clock, "{}"))).await;
    assert_eq!(response.body, "");
}

async fn the_facts_of_a_session(framework: Framework) {
    let clock = clock();
    let timeouts = options(&clock).idle_timeout(Duration::from_secs(1800));
    let site = Shop::new(timeouts.absolute_timeout(Duration::from_secs(3600)))
        .route("/", |session| async move {
            let meta = session.meta();
            let id = meta.id().map(|id| id.to_string()).unwrap_or_default();
            let secs = |at: Option<Timestamp>| at.map(|at| at.as_unix_ms() / 1000 - NOW_MS / 1000);
            let times = (secs(meta.issued_at()), secs(meta.sealed_at()), secs(meta.expires_at()));
            text(format!("{} {id} {times:?} {:?} {:?}", meta.is_new(), meta.lifetime(), meta.response()))
        })
        .route("/login", |mut session| async move {
            session.set_user_id("ada");
            ok()
        });
    let mut browser = framework.browse(site, &clock).await;

    assert_eq!(browser.get("/").await.body, "true  (Some(0), None, None) None Unchanged");
    browser.get("/login").await;
    assert_eq!(browser.get("/").await.body, "false  (Some(0), Some(0), Some(1800)) None Unchanged");
    clock.advance(Duration::from_secs(1000));
    assert_eq!(browser.get("/").await.body, "false  (Some(0), Some(0), Some(1800)) None Written");
    assert_eq!(browser.get("/").await.body, "false  (Some(0), Some(1000), Some(2800)) None Unchanged");
    clock.advance(Duration::from_secs(1600));
    browser.get("/").await;
    let capped = browser.get("/").await.body;
    assert_eq!(capped, "false  (Some(0), None, Some(3600)) None Unchanged", "the time is unknown");
}

/// Plays one request with this cookie.
fn with(payload: &str, look: impl FnOnce(&mut Session<Untyped>)) {
    let clock = clock();
    let request = RequestSession::<Untyped>::new(options(&clock).build().unwrap().check().unwrap());
    look(&mut request.handle([cookie(&clock, payload)]).unwrap());
}

#[test]
fn facts_that_travel_in_the_cookie() {
    with(&format!(r#"{{"$":{{"t":3600,"iat":1763650000,"id":"{ID}"}},"a":1}}"#), |session| {
        let meta = session.meta();
        assert_eq!(meta.id().map(|id| id.to_string()).as_deref(), Some(ID));
        assert_eq!(meta.lifetime(), Some(Lifetime::For(Duration::from_secs(3600))));
        assert_eq!((meta.issued_at(), meta.unreadable()), (Some(at(0)), None));

        session.insert("b", &2).unwrap();
        session.cookie().until_browser_closes();
        let lifetime = Some(Lifetime::For(Duration::from_secs(3600)));
        assert_eq!(meta.lifetime(), lifetime, "a handle's own changes are not published");
        session.restart();
        for _ in 0..2 {
            assert_eq!((meta.is_new(), meta.id(), meta.issued_at()), (true, None, None));
            assert_eq!(meta.lifetime(), None);
            session.save().unwrap();
        }
        assert_eq!((meta.expires_at(), meta.sealed_at()), (None, None));
    });
    with(r#"{"$":{"t":0},"a":1}"#, |session| {
        assert_eq!(session.meta().lifetime(), Some(Lifetime::BrowserSession));
    });
}

#[test]
fn the_outcome_follows_the_published_changes() {
    with(r#"{"a":1}"#, |session| {
        let meta = session.meta();
        assert_eq!(meta.response(), Outcome::Unchanged);
        session.update(|s| s.insert("b", &1).unwrap());
        assert_eq!(meta.response(), Outcome::Written);
        session.update(|s| s.insert("b", &"x".repeat(5000)).unwrap());
        assert_eq!(meta.response(), Outcome::Unchanged, "it does not fit");
        session.clear();
        session.reload();
        session.save().unwrap();
        assert_eq!(meta.response(), Outcome::Expired);
    });
    with(r#"{"a":1}"#, |session| {
        session.destroy();
        assert_eq!(session.meta().response(), Outcome::Expired);
    });
}

/// It tells facts of the request, so no other handle's changes are in its way.
#[test]
fn looking_at_facts_is_no_conflict() {
    with(r#"{"a":1}"#, |session| {
        let second = session.clone();
        session.insert("b", &1).unwrap();
        assert!(!second.meta().is_new());
        session.update(|_| assert!(!second.meta().is_new()));
        session.save().unwrap();
    });
}
