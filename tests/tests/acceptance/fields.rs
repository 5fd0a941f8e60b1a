//! The accessors of each kind of field.

use std::sync::Arc;

use iron_session::IronSession;
use iron_session_tests::fixtures::{clock, content, cookie, options, unseal};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{Address, AppSession, CartItem, Framework, Shop, Site, User, on_every_framework};
use serde_json::json;

on_every_framework![
    a_flash_is_read_once,
    a_flash_that_is_not_read_survives,
    peeking_at_a_flash_keeps_it,
    several_flashes_are_read_at_once,
    a_transient_field_lives_for_one_request,
    attributes_say_how_a_field_is_written,
];

async fn a_flash_is_read_once(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/login", |mut session| async move {
            session.set_user_id("ada");
            session.set_notice("Welcome back");
            ok()
        })
        .route("/", |mut session| async move { text(session.take_notice().unwrap_or_default()) });
    let mut browser = framework.browse(site, &clock).await;

    browser.get("/login").await;
    assert_eq!(browser.get("/").await.body, "Welcome back");
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"userId":"ada"}));
    let again = browser.get("/").await;
    assert_eq!((again.body.as_str(), again.all("set-cookie").len()), ("", 0));
}

async fn a_flash_that_is_not_read_survives(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/other", |mut session| async move {
            session.set_visits(1);
            ok()
        })
        .route("/", |mut session| async move { text(session.take_notice().unwrap_or_default()) });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"notice":"Welcome back"}"#));

    browser.get("/other").await;
    assert_eq!(browser.get("/").await.body, "Welcome back");
}

async fn peeking_at_a_flash_keeps_it(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |session| async move {
        text(format!("{:?} {:?}", session.peek_notice(), session.peek_alerts()))
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"notice":"Welcome back","alerts":["a"]}"#));

    for _ in 0..2 {
        let response = browser.get("/").await;
        assert_eq!(response.body, r#"Some("Welcome back") ["a"]"#);
        assert_eq!(response.all("set-cookie"), [""; 0]);
    }
}

async fn several_flashes_are_read_at_once(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/push", |mut session| async move {
            session.push_alerts("Saved".to_owned());
            ok()
        })
        .route("/", |mut session| async move { text(session.take_alerts().join(", ")) });
    let mut browser = framework.browse(site, &clock).await;

    browser.get("/push").await;
    browser.get("/push").await;
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"alerts":["Saved","Saved"]}));
    assert_eq!(browser.get("/").await.body, "Saved, Saved");
    assert_eq!(browser.jar.names(), [""; 0], "nothing is left in the session");
}

async fn a_transient_field_lives_for_one_request(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .middleware(|mut session| {
            if let Some(name) = session.user_id().map(str::to_owned) {
                session.update(|s| s.set_current_user(Arc::new(User { name })));
            }
            Ok(Box::new(|| {}))
        })
        .route("/", |session| async move { text(session.current_user().map_or("", |user| &user.name)) })
        .route("/save", |mut session| async move {
            session.set_visits(1);
            ok()
        });
    let mut browser = framework.browse(site, &clock).await;
    let received = r#"{"userId":"ada","visits":0,"cart":[],"balance":0,"currentUser":{"name":"planted"}}"#;
    browser.jar.store(&cookie(&clock, received));

    let response = browser.get("/").await;
    assert_eq!(response.body, "ada");
    assert_eq!(response.all("set-cookie"), [""; 0], "it is no change");
    browser.get("/save").await;
    let written = unseal(&clock, browser.jar.value("sid").unwrap());
    assert!(!written.contains("ada\"}"), "{written}");
    assert!(written.contains(r#""visits":1"#), "{written}");
}

/// Every attribute that says how a field is written.
#[derive(IronSession, Clone)]
#[session(json_schema, rename_all = "kebab-case")]
struct Attributes {
    #[session(default = "unknown_country")]
    home_country: String,
    #[session(rename = "n", alias = "count", alias = "number")]
    total: Option<u32>,
    #[session(accessor = "saved_at")]
    save: Option<u64>,
    #[session(skip_accessors)]
    hidden: u8,
}

fn unknown_country() -> String {
    "unknown".to_owned()
}

async fn attributes_say_how_a_field_is_written(framework: Framework) {
    let clock = clock();
    let site = Site::<Attributes>::new(options(&clock)).route("/", |mut session| async move {
        let before = session.home_country().to_owned();
        session.set_home_country("de");
        session.update(|s| s.set_total(s.total().map_or(1, |n| n + 1)));
        session.set_saved_at(5);
        session.hidden = 3;
        text(before)
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"number":7}"#));

    assert_eq!(browser.get("/").await.body, "unknown");
    let written = unseal(&clock, browser.jar.value("sid").unwrap());
    assert_eq!(written, r#"{"n":8,"home-country":"de","save":5,"hidden":3}"#);
}

#[test]
fn an_option_has_four_accessors() {
    let mut session = AppSession::empty();
    assert_eq!(session.user_id(), None);
    session.set_user_id("ada");
    session.set_user_id(String::from("grace"));
    assert_eq!(session.user_id(), Some("grace"));
    assert_eq!(session.take_user_id(), Some("grace".to_owned()));
    assert_eq!(session.user_id(), None);
    session.set_address(Address::default());
    assert_eq!(session.address(), Some(&Address::default()));
    session.clear_address();
    assert_eq!(session.address(), None);
}

#[test]
fn any_other_field_has_three() {
    let mut session = AppSession::empty();
    assert_eq!(session.cart(), &[]);
    session.cart_mut().push(CartItem::default());
    session.set_cart(vec![CartItem::default(); 2]);
    assert_eq!(session.cart().len(), 2);
    session.set_visits(1);
    *session.visits_mut() += 1;
    assert_eq!(*session.visits(), 2);
}

#[test]
fn a_flash_has_its_own() {
    let mut session = AppSession::empty();
    session.set_notice("a");
    assert_eq!(session.peek_notice(), Some("a"));
    assert_eq!(session.take_notice().as_deref(), Some("a"));
    assert_eq!(session.take_notice(), None);
    session.push_alerts("a".to_owned());
    session.push_alerts("b".to_owned());
    assert_eq!(session.peek_alerts(), ["a", "b"]);
    assert_eq!(session.take_alerts(), ["a", "b"]);
    assert_eq!(session.take_alerts(), [""; 0]);
}
