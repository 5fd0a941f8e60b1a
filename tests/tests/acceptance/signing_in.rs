//! `sign_in()`: nothing that an attacker planted before the login is in the session after it.

use std::time::Duration;

use iron_session::clock::Clock as _;
use iron_session::{CsrfToken, IronSession, ReturnTo};
use iron_session_tests::fixtures::{clock, cookie, options, unseal};
use iron_session_tests::site::{ok, text};
use iron_session_tests::{Browser, CartItem, Framework, Request, Site, on_every_framework};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

on_every_framework![
    a_planted_session_is_not_signed_in,
    a_planted_id_is_not_that_of_the_login,
    a_session_that_javascript_planted_is_not_signed_in,
    the_session_after_it_is_a_new_one,
    a_session_of_another_user_is_replaced,
    a_subject_can_be_any_type,
];

#[derive(IronSession, Clone)]
#[session(json_schema, rename_all = "camelCase")]
struct Account {
    #[session(subject)]
    user_id: Option<String>,
    is_admin: bool,
    #[session(keep)]
    cart: Vec<CartItem>,
    return_to: ReturnTo,
    csrf: CsrfToken,
}

fn shop(clock: &iron_session::clock::ManualClock) -> Site<Account> {
    Site::<Account>::new(options(clock))
        .route("/plant", |mut session| async move {
            session.cart.push(CartItem { sku: "pen".to_owned(), quantity: 1 });
            session.set_is_admin(true);
            session.set_return_to(ReturnTo::parse("/cart").unwrap());
            session.cookie().set_ttl(Duration::from_secs(3600));
            text(session.csrf_mut().issue().unwrap())
        })
        .route("/login", |mut session| async move {
            session.sign_in("ada".to_owned());
            text(session.csrf_mut().issue().unwrap())
        })
        .route("/who", |session| async move { text(session.user_id().unwrap_or("nobody")) })
        .route("/token", |session| async move { text(session.csrf().verify("planted")) })
}

fn held(browser: &Browser, clock: &iron_session::clock::ManualClock) -> Value {
    serde_json::from_str(&unseal(clock, browser.jar.value("sid").unwrap())).unwrap()
}

/// Signs a user in whose browser holds a planted cookie, and looks at both copies.
async fn sign_in_with_planted(framework: Framework, planted: &str, token: &str) -> Value {
    let clock = clock();
    let mut user = framework.browse(shop(&clock), &clock).await;
    user.jar.store(&format!("sid={planted}"));

    let new_token = user.get("/login").await.body;
    assert_ne!(new_token, token);
    assert_eq!(user.get("/who").await.body, "ada");
    let held = held(&user, &clock);
    assert_eq!(held["csrf"], new_token);

    // The attacker's copy still opens. It is what it was.
    let copy = Request::get("/who").header("cookie", format!("sid={planted}"));
    let response = user.send_as_is(copy).await;
    assert_eq!((response.status, response.body.as_str()), (200, "nobody"));
    assert_eq!(response.set_cookies(), []);
    held
}

async fn a_planted_session_is_not_signed_in(framework: Framework) {
    let clock = clock();
    let mut attacker = framework.browse(shop(&clock), &clock).await;
    let token = attacker.get("/plant").await.body;
    let planted = attacker.jar.value("sid").unwrap().to_owned();
    assert_eq!(held(&attacker, &clock)["isAdmin"], true);

    let mut held = sign_in_with_planted(framework, &planted, &token).await;
    held.as_object_mut().unwrap().remove("csrf");
    let expected = json!({
        "userId": "ada",
        "isAdmin": false,
        "cart": [{ "sku": "pen", "quantity": 1 }],
        "returnTo": "/cart",
    });
    assert_eq!(held, expected);
}

async fn a_session_that_javascript_planted_is_not_signed_in(framework: Framework) {
    let planted = cookie(
        &clock(),
        concat!(
            r#"{"isAdmin":true,"isRoot":true,"csrf":"planted","role":{"name":"admin"},"$":{"t":0,"x":1},"#,
            r#""cart":[{"sku":"pen","gift":true,"quantity":1}],"returnTo":"//evil.example"}"#
        ),
    );
    let planted = planted.strip_prefix("sid=").unwrap();

    let mut held = sign_in_with_planted(framework, planted, "planted").await;
    held.as_object_mut().unwrap().remove("csrf");
    let expected = json!({
        "userId": "ada",
        "isAdmin": false,
        "cart": [{ "sku": "pen", "gift": true, "quantity": 1 }],
        "returnTo": "//evil.example",
    });
    assert_eq!(held, expected, "a text that is no local path is kept as received, and read as empty");
}

/// An id would tell the attacker's copy from the user's session, if the login kept it.
async fn a_planted_id_is_not_that_of_the_login(framework: Framework) {
    #[derive(IronSession, Clone)]
    #[session(revocable, json_schema)]
    struct Revocable {
        #[session(subject)]
        user: Option<String>,
        #[session(keep)]
        cart: Vec<CartItem>,
    }
    let clock = clock();
    let id_of = |session: &iron_session::Session<Revocable>| session.meta().id().unwrap();
    let site = Site::<Revocable>::new(options(&clock))
        .route("/cart", |mut session| async move {
            session.cart.push(CartItem { sku: "pen".to_owned(), quantity: 1 });
            ok()
        })
        .route("/login", move |mut session| async move {
            session.sign_in("ada".to_owned());
            text(id_of(&session))
        })
        .route("/id", move |session| async move { text(id_of(&session)) });
    let mut user = framework.browse(site, &clock).await;
    user.get("/cart").await;
    let by_rust = user.jar.value("sid").unwrap().to_owned();
    let issued_at = clock.now().as_unix_ms() / 1000;
    let by_javascript = |metadata: Value| {
        let planted = json!({ "cart": [{ "sku": "pen", "quantity": 1 }], "$": metadata });
        cookie(&clock, &planted.to_string()).strip_prefix("sid=").unwrap().to_owned()
    };
    let id = "AAAAAAAAAAAAAAAAAAAAAA";
    let planted = [
        by_rust,
        by_javascript(json!({ "id": id, "iat": issued_at, "theirs": 1 })),
        // A time of issue that would outlive the user's session.
        by_javascript(json!({ "id": id, "iat": issued_at + 60 })),
    ];
    clock.advance(Duration::from_secs(60));

    for planted in planted {
        let before: Value = serde_json::from_str(&unseal(&clock, &planted)).unwrap();
        user.jar.store(&format!("sid={planted}; Path=/"));
        let new_id = user.get("/login").await.body;
        let held = held(&user, &clock);
        assert_eq!(held["$"], json!({ "iat": issued_at + 60, "id": new_id }));
        assert_ne!(held["$"]["id"], before["$"]["id"]);
        assert_eq!(user.get("/id").await.body, new_id);

        let copy = Request::get("/id").header("cookie", format!("sid={planted}"));
        let response = user.send_as_is(copy).await;
        assert_eq!(before["$"]["id"], response.body.as_str(), "the copy stays what it was");
        assert_eq!(response.set_cookies(), []);
    }
}

async fn the_session_after_it_is_a_new_one(framework: Framework) {
    let clock = clock();
    let hour = Duration::from_secs(3600);
    let site = Site::<Account>::new(options(&clock).absolute_timeout(12 * hour)).route(
        "/login",
        |mut session| async move {
            assert!(session.meta().id().is_some());
            session.sign_in("ada".to_owned());
            ok()
        },
    );
    let mut browser = framework.browse(site, &clock).await;
    let issued_at = clock.now().as_unix_ms() / 1000;
    let planted = r#"{"$":{"iat":ISSUED,"id":"AAAAAAAAAAAAAAAAAAAAAA","x":1},"cart":[]}"#;
    browser.jar.store(&cookie(&clock, &planted.replace("ISSUED", &issued_at.to_string())));
    clock.advance(hour);

    browser.get("/login").await;
    assert_eq!(held(&browser, &clock)["$"], json!({ "iat": issued_at + 3600 }));
}

async fn a_session_of_another_user_is_replaced(framework: Framework) {
    let clock = clock();
    let mut browser = framework.browse(shop(&clock), &clock).await;
    browser.jar.store(&cookie(&clock, r#"{"userId":"eve","isAdmin":true,"theirs":1,"cart":[]}"#));

    browser.get("/login").await;
    let held = held(&browser, &clock);
    assert_eq!(
        (&held["userId"], &held["isAdmin"], &held["theirs"]),
        (&json!("ada"), &json!(false), &Value::Null)
    );
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct UserId {
    tenant: u32,
    number: u64,
}

#[derive(IronSession, Clone)]
#[session(json_schema)]
struct Tenancy {
    #[session(subject, skip_accessors, rename = "who")]
    user: Option<UserId>,
}

async fn a_subject_can_be_any_type(framework: Framework) {
    let clock = clock();
    let site = Site::<Tenancy>::new(options(&clock)).route("/", |mut session| async move {
        session.sign_in(UserId { tenant: 1, number: 7 });
        assert_eq!(session.user.as_ref().map(|user| user.number), Some(7));
        ok()
    });
    let mut browser = framework.browse(site, &clock).await;
    // What others stored about the former user is not the new user's.
    browser.jar.store(&cookie(&clock, r#"{"who":{"tenant":1,"number":8,"isAdmin":true}}"#));

    browser.get("/").await;
    assert_eq!(held(&browser, &clock), json!({ "who": { "tenant": 1, "number": 7 } }));
}
