//! `restart()` starts a new session, in which nothing stays but the fields marked `keep`.

use std::time::Duration;

use iron_session::clock::ManualClock;
use iron_session::json_schema::HasJsonSchema;
use iron_session::{CsrfToken, Expiring, IronSession, ReturnTo};
use iron_session_tests::fixtures::{ALL_NAMES, clock, cookie, options, unseal};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{CartItem, Framework, Site, on_every_framework};
use serde_json::{Value, json};

on_every_framework![
    kept_fields_stay_as_they_were_received,
    nothing_else_stays,
    kept_fields_stay_with_the_changes_of_the_request,
    a_kept_field_that_is_changed_later_keeps_unknown_members,
    a_value_that_equals_the_one_before_is_written,
    nothing_is_kept_after_a_clear,
    a_restarted_session_without_kept_values_is_expired,
    what_an_unreadable_cookie_held_is_not_kept,
    kept_fields_of_an_older_version_stay,
];

#[derive(IronSession, Clone)]
#[session(json_schema, rename_all = "camelCase")]
struct Account {
    user_id: Option<String>,
    visits: u32,
    #[session(keep, alias = "basket")]
    cart: Vec<CartItem>,
    #[session(keep, flash)]
    notice: Option<String>,
    #[session(keep, expires_in = "15m")]
    offer: Expiring<String>,
    #[session(keep, with = "iron_session::with::text")]
    number: u64,
    return_to: ReturnTo,
    csrf: CsrfToken,
    #[session(transient)]
    page: Option<String>,
}

/// A visitor's session with members that only other programs know, also in a kept field.
const RECEIVED: &str = concat!(
    r#"{"$":{"t":3600,"x":1},"theirs":{"admin":true},"userId":"eve","visits":7,"#,
    r#""basket":[{"sku":"pen","gift":[ 1.0 ],"quantity":2}],"notice":"Hi","offer":{"value":"now","until_ms":1763650060000},"#,
    r#""number":"5","returnTo":"/cart?page=2","csrf":"planted"}"#
);

/// Visits `/` with the received session, and returns the payload that the response sets.
async fn written<T: HasJsonSchema>(
    framework: Framework,
    clock: &ManualClock,
    site: Site<T>,
    received: &str,
) -> String {
    let mut browser = framework.browse(site, clock).await;
    browser.jar.store(&cookie(clock, received));
    browser.get("/").await;
    unseal(clock, browser.jar.value("sid").unwrap())
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

async fn kept_fields_stay_as_they_were_received(framework: Framework) {
    let clock = clock();
    let site = Site::<Account>::new(options(&clock)).route("/", |mut session| async move {
        session.restart();
        session.set_user_id("ada");
        ok()
    });
    let written = written(framework, &clock, site, RECEIVED).await;
    // Not even the spelling of a number changed, nor the deadline.
    let kept = concat!(
        r#"{"basket":[{"sku":"pen","gift":[ 1.0 ],"quantity":2}],"notice":"Hi","#,
        r#""offer":{"value":"now","until_ms":1763650060000},"number":"5","returnTo":"/cart?page=2","#
    );
    assert_eq!(written, format!(r#"{kept}"userId":"ada","visits":0}}"#));
}

async fn nothing_else_stays(framework: Framework) {
    let clock = clock();
    let site = Site::<Account>::new(options(&clock)).route("/", |mut session| async move {
        session.page = Some("login".to_owned());
        session.restart();
        assert_eq!((session.user_id(), *session.visits(), session.page()), (None, 0, None));
        assert!(!session.csrf.verify("planted"));
        let new = session.csrf_mut().issue().unwrap().to_owned();
        assert_ne!(new, "planted");
        text(new)
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, RECEIVED));

    let response = browser.get("/").await;
    assert_eq!(response.set_cookies()[0].max_age(), Some(1_209_540), "its own lifetime is gone");
    let written = parse(&unseal(&clock, browser.jar.value("sid").unwrap()));
    let mut names: Vec<_> = written.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["basket", "csrf", "notice", "number", "offer", "returnTo", "visits"]);
    assert_eq!(written["csrf"], response.body);
}

async fn kept_fields_stay_with_the_changes_of_the_request(framework: Framework) {
    let clock = clock();
    let site = Site::<Account>::new(options(&clock)).route("/", |mut session| async move {
        session.cart[0].quantity = 3;
        session.take_notice();
        session.offer.set("later".to_owned());
        session.update(|session| session.set_return_to(ReturnTo::parse("/orders").unwrap()));
        session.restart();
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, RECEIVED));
    clock.advance(Duration::from_secs(30));

    browser.get("/").await;
    let written = parse(&unseal(&clock, browser.jar.value("sid").unwrap()));
    let expected = json!({
        "cart": [{ "sku": "pen", "gift": [1.0], "quantity": 3 }],
        "offer": { "value": "later", "until_ms": 1_763_650_930_000_u64 },
        "number": "5",
        "returnTo": "/orders",
        "visits": 0,
    });
    assert_eq!(written, expected);
}

async fn a_kept_field_that_is_changed_later_keeps_unknown_members(framework: Framework) {
    let clock = clock();
    let site = Site::<Account>::new(options(&clock)).route("/", |mut session| async move {
        session.restart();
        session.cart[0].quantity = 3;
        ok()
    });
    let written = parse(&written(framework, &clock, site, RECEIVED).await);
    assert_eq!(written["cart"], json!([{ "sku": "pen", "gift": [1.0], "quantity": 3 }]));
}

async fn a_value_that_equals_the_one_before_is_written(framework: Framework) {
    let clock = clock();
    let site = Site::<Account>::new(options(&clock)).route("/", |mut session| async move {
        let (user, visits) = (session.user_id().unwrap().to_owned(), *session.visits());
        session.restart();
        session.set_user_id(user);
        session.set_visits(visits);
        ok()
    });
    let written = parse(&written(framework, &clock, site, RECEIVED).await);
    assert_eq!((&written["userId"], &written["visits"]), (&json!("eve"), &json!(7)));
}

async fn nothing_is_kept_after_a_clear(framework: Framework) {
    let clock = clock();
    let site = Site::<Account>::new(options(&clock))
        .route("/clear-restart", |mut session| async move {
            session.clear();
            session.restart();
            session.set_visits(1);
            ok()
        })
        .route("/restart-clear", |mut session| async move {
            session.restart();
            session.clear();
            session.set_visits(1);
            ok()
        });
    let mut browser = framework.browse(site, &clock).await;

    for path in ["/clear-restart", "/restart-clear"] {
        browser.jar.store(&cookie(&clock, RECEIVED));
        browser.get(path).await;
        let written = parse(&unseal(&clock, browser.jar.value("sid").unwrap()));
        assert_eq!(written, json!({ "visits": 1, "cart": [], "number": "0" }), "{path}");
    }
}

async fn a_restarted_session_without_kept_values_is_expired(framework: Framework) {
    let clock = clock();
    let site = Site::<Account>::new(options(&clock)).route("/", |mut session| async move {
        session.restart();
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"userId":"eve","theirs":1}"#));

    let (set, expired) = browser.get("/").await.set_and_expired();
    assert_eq!((set.len(), expired.as_slice()), (0, ALL_NAMES.map(str::to_owned).as_slice()));
}

async fn what_an_unreadable_cookie_held_is_not_kept(framework: Framework) {
    let clock = clock();
    let site = Site::<Account>::new(options(&clock)).route("/", |mut session| async move {
        session.restart();
        session.set_user_id("ada");
        ok()
    });
    let received = r#"{"visits":"none","cart":[{"sku":"pen","quantity":1}]}"#;
    let written = parse(&written(framework, &clock, site, received).await);
    assert_eq!(written, json!({ "userId": "ada", "visits": 0, "cart": [], "number": "0" }));
}

#[derive(IronSession, Clone)]
struct Old {
    name: Option<String>,
    basket: Vec<CartItem>,
}

#[derive(IronSession, Clone)]
#[session(json_schema, version = 2, untagged = 1, previous = Old)]
struct New {
    user: Option<String>,
    #[session(keep)]
    cart: Vec<CartItem>,
}

impl From<Old> for New {
    fn from(old: Old) -> Self {
        Self { user: old.name, cart: old.basket }
    }
}

async fn kept_fields_of_an_older_version_stay(framework: Framework) {
    let clock = clock();
    let site = Site::<New>::new(options(&clock)).route("/", |mut session| async move {
        session.restart();
        session.set_user("ada");
        ok()
    });
    let received = r#"{"name":"eve","basket":[{"sku":"pen","quantity":2}],"theirs":1}"#;
    let written = parse(&written(framework, &clock, site, received).await);
    let expected = json!({ "$": { "v": 2 }, "user": "ada", "cart": [{ "sku": "pen", "quantity": 2 }] });
    assert_eq!(written, expected);
}
