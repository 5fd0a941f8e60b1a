//! At commit, members are compared with our own encoding of what was loaded:
//! the cookie is written once, and only when something changed.

use std::time::Duration;

use iron_session::error::SaveError;
use iron_session::{Passwords, SessionOptions, Untyped};
use iron_session_tests::fixtures::{
    ALL_NAMES, COOKIE, NOW_MS, OTHER_PASSWORD, PASSWORD, TTL, clock, content, cookie, noise, options, unseal,
};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{
    Address, AppSession, CartItem, Framework, Log, Request, Shop, Site, SiteResponse, on_every_framework,
};
use serde_json::json;

on_every_framework![
    a_session_that_did_not_change_sets_no_cookie,
    a_visitor_who_changed_nothing_gets_no_cookie,
    a_value_that_was_set_and_put_back_sets_no_cookie,
    no_write_is_forgotten,
    an_emptied_session_is_expired_not_sealed,
    a_visitor_whose_session_stays_empty_gets_no_cookie,
    the_response_carries_the_final_state_once,
    a_new_session_writes_its_plain_fields,
    save_writes_an_unchanged_session_with_a_fresh_expiry,
    save_writes_with_the_newest_password,
    save_tells_that_the_session_does_not_fit,
    a_session_made_smaller_after_a_failed_save_is_saved,
];

async fn a_session_that_did_not_change_sets_no_cookie(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |session| async move { text(session.visits()) });
    let browser = framework.browse(site, &clock).await;

    let request = Request::get("/").header("cookie", cookie(&clock, r#"{"visits":7,"userId":"ada"}"#));
    let response = browser.send_as_is(request).await;
    assert_eq!(response.body, "7");
    assert_eq!(response.all("set-cookie"), [""; 0]);
}

async fn a_visitor_who_changed_nothing_gets_no_cookie(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        text(format!("{:?} {:?}", session.take_notice(), session.cart()))
    });
    let mut browser = framework.browse(site, &clock).await;

    assert_eq!(browser.get("/").await.all("set-cookie"), [""; 0]);
}

async fn a_value_that_was_set_and_put_back_sets_no_cookie(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        let user = session.take_user_id().unwrap();
        session.set_visits(8);
        session.cart_mut().push(CartItem::default());
        session.update(|s| s.set_balance(1.5));
        session.set_balance(0.0);
        session.cart_mut().pop();
        session.set_visits(7);
        session.set_user_id(user);
        ok()
    });
    let browser = framework.browse(site, &clock).await;

    let request = Request::get("/")
        .header("cookie", cookie(&clock, r#"{"visits":7,"userId":"ada","cart":[],"balance":0}"#));
    assert_eq!(browser.send_as_is(request).await.all("set-cookie"), [""; 0]);
}

async fn no_write_is_forgotten(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/field", |mut session| async move {
            session.visits = 1;
            ok()
        })
        .route("/deep", |mut session| async move {
            session.cart_mut()[0].quantity += 1;
            ok()
        })
        .route("/whole", |mut session| async move {
            session.address = Some(Address { street: "Main".to_owned(), city: "Ames".to_owned() });
            ok()
        })
        .route("/replaced", |mut session| async move {
            *session = AppSession { language: Some("de".to_owned()), ..Default::default() };
            ok()
        });
    let browser = framework.browse(site, &clock).await;

    let header = cookie(&clock, r#"{"cart":[{"sku":"a","quantity":1}]}"#);
    for (path, expected) in [
        ("/field", r#"{"cart":[{"sku":"a","quantity":1}],"visits":1,"balance":0.0}"#),
        ("/deep", r#"{"cart":[{"sku":"a","quantity":2}],"visits":0,"balance":0.0}"#),
        (
            "/whole",
            r#"{"cart":[{"sku":"a","quantity":1}],"visits":0,"address":{"street":"Main","city":"Ames"},"balance":0.0}"#,
        ),
        ("/replaced", r#"{"cart":[],"visits":0,"balance":0.0,"lang":"de"}"#),
    ] {
        let response = browser.send_as_is(Request::get(path).header("cookie", header.clone())).await;
        let written = unseal(&clock, &response.set_cookies()[0].value);
        assert_eq!(written, expected, "{path}");
    }
}

async fn an_emptied_session_is_expired_not_sealed(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/logout", |mut session| async move {
        session.clear_user_id();
        session.set_visits(0);
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"visits":7,"userId":"ada"}"#));

    let response = browser.get("/logout").await;
    let (set, expired) = response.set_and_expired();
    assert_eq!(set, [""; 0]);
    assert_eq!(expired, ALL_NAMES);
    assert_eq!(browser.jar.names(), [""; 0]);
}

async fn a_visitor_whose_session_stays_empty_gets_no_cookie(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/logout", |mut session| async move {
        session.clear_user_id();
        session.clear();
        session.save().unwrap();
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;

    assert_eq!(browser.get("/logout").await.all("set-cookie"), [""; 0]);
}

async fn the_response_carries_the_final_state_once(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.set_user_id("small");
        session.save().unwrap();
        session.set_user_id(noise(6000));
        session.save().unwrap();
        session.set_user_id("small again");
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;

    let (set, expired) = browser.get("/").await.set_and_expired();
    assert_eq!(
        (set.as_slice(), expired.as_slice()),
        (["sid".to_owned()].as_slice(), ["sid.0".to_owned()].as_slice())
    );
    assert_eq!(content(&clock, browser.jar.value("sid").unwrap()), json!({"userId":"small again"}));
}

async fn a_new_session_writes_its_plain_fields(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.set_user_id("ada");
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;

    browser.get("/").await;
    let written = unseal(&clock, browser.jar.value("sid").unwrap());
    assert_eq!(written, r#"{"userId":"ada","visits":0,"cart":[],"balance":0.0}"#);
}

async fn save_writes_an_unchanged_session_with_a_fresh_expiry(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock)).route("/", |mut session| async move {
        session.save().unwrap();
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"visits":7}"#));

    clock.advance(Duration::from_secs(1000));
    let response = browser.get("/").await;
    let written = &response.set_cookies()[0];
    assert_eq!(unseal(&clock, &written.value), r#"{"visits":7}"#);
    assert_eq!(
        written.value.split('*').nth(5),
        Some((NOW_MS + 1_000_000 + 1_209_600_000).to_string().as_str())
    );
    assert_eq!(written.max_age(), Some(TTL.as_secs() - 60));
}

async fn save_writes_with_the_newest_password(framework: Framework) {
    let clock = clock();
    let rotated = Passwords::builder().password("1", PASSWORD).password("2", OTHER_PASSWORD).build().unwrap();
    let rotated = SessionOptions::builder(COOKIE, rotated).clock(clock.clone());
    let site = Shop::new(rotated)
        .route("/", |session| async move { text(session.visits()) })
        .route("/save", |mut session| async move {
            session.save().unwrap();
            ok()
        })
        .route("/change", |mut session| async move {
            session.set_visits(8);
            ok()
        });
    let browser = framework.browse(site, &clock).await;

    let header = cookie(&clock, r#"{"visits":7}"#);
    let unchanged = browser.send_as_is(Request::get("/").header("cookie", header.clone())).await;
    assert_eq!((unchanged.body.as_str(), unchanged.all("set-cookie").len()), ("7", 0));
    for path in ["/save", "/change"] {
        let written = browser.send_as_is(Request::get(path).header("cookie", header.clone())).await;
        assert!(written.set_cookies()[0].value.starts_with("Fe26.2*2*"), "{path}");
    }
}

async fn save_tells_that_the_session_does_not_fit(framework: Framework) {
    let clock = clock();
    let site = Site::<Untyped>::new(options(&clock)).route("/", |mut session| async move {
        session.insert("small", &noise(10)).unwrap();
        session.insert("largest", &noise(2000)).unwrap();
        session.insert("large", &noise(1500)).unwrap();
        let error = session.save().unwrap_err();
        let message = error.to_string();
        let SaveError::TooLarge { needed_bytes, limit_bytes, max_cookies, .. } = error else {
            panic!("{error:?}")
        };
        // 3,559 bytes of JSON, in base64 and with the seal's other parts.
        assert_eq!((needed_bytes, limit_bytes, max_cookies), (4980, 4035, 1));
        assert_eq!(session.to_json(), r#"{"user":"ada"}"#, "taken back");
        Ok(SiteResponse { status: 413, ..SiteResponse::text(message) })
    });
    let mut browser = framework.browse(site, &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"user":"ada"}"#));
    let log = Log::capture();

    let response = browser.get("/").await;
    assert_eq!((response.status, response.all("set-cookie").len()), (413, 0));
    let largest = "largest members: `largest` (2013 bytes), `large` (1511 bytes), `small` (21 bytes), `user` (13 bytes)";
    assert!(response.body.ends_with(largest), "{}", response.body);
    log.assert_silent();
}

async fn a_session_made_smaller_after_a_failed_save_is_saved(framework: Framework) {
    let clock = clock();
    let site = Site::<Untyped>::new(options(&clock)).route("/", |mut session| async move {
        session.insert("history", &noise(5000)).unwrap();
        assert!(session.save().is_err());
        session.insert("history", "cut").unwrap();
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    let log = Log::capture();

    assert_eq!(browser.get("/").await.status, 200);
    assert_eq!(unseal(&clock, browser.jar.value("sid").unwrap()), r#"{"history":"cut"}"#);
    log.assert_silent();
}
