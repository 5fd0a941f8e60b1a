//! Everything that a session in a cookie can do, a session in a record can do as well.
//!
//! The test kit waits for the store without a runtime, so it has a store in memory.

use super::*;
use iron_session_tests::{AppSession, Visitor, on_every_store};

on_every_store![a_flash_is_read_once, an_older_record_is_migrated, members_of_other_releases_stay,];

async fn a_flash_is_read_once(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut server = servers.start(framework).await;
    server.browser.get("/ada").await;
    server.browser.get("/notify").await;
    assert_eq!(server.browser.get("/notice").await.body, "saved");
    assert_eq!(server.browser.get("/notice").await.body, "");
    for count in 1..4 {
        assert_eq!(server.browser.get("/count").await.body, count.to_string());
    }
}

#[derive(IronSession, Clone)]
#[session(storage = "server", json_schema)]
struct First {
    name: Option<String>,
    extra: Option<String>,
}

#[derive(IronSession, Clone)]
#[session(storage = "server", json_schema, version = 2, previous = First, untagged = 1)]
struct Second {
    names: Vec<String>,
}

impl From<First> for Second {
    fn from(first: First) -> Self {
        Self { names: first.name.into_iter().collect() }
    }
}

fn first(options: SessionOptionsBuilder) -> Site<First> {
    Site::<First>::new(options)
        .route("/set", |mut session: Session<First>| async move {
            session.set_name("ada");
            session.set_extra("kept");
            ok()
        })
        .route("/get", |session| async move { text(format!("{:?} {:?}", session.name(), session.extra())) })
        .route("/change", |mut session: Session<First>| async move {
            session.set_name("bob");
            ok()
        })
}

async fn an_older_record_is_migrated(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut old = servers.start_with(framework, first).await;
    old.browser.get("/set").await;
    let second = |options| {
        Site::<Second>::new(options)
            .route("/get", |session: Session<Second>| async move { text(session.names().join(",")) })
            .route("/add", |mut session: Session<Second>| async move {
                session.names.push("bob".to_owned());
                ok()
            })
    };
    let new = servers.start_with(framework, second).await;
    let copy = old.copy();
    assert_eq!(new.with(&copy, "/get").await.body, "ada");
    // Reading has changed nothing, so the older servers go on.
    assert_eq!(old.browser.get("/get").await.body, r#"Some("ada") Some("kept")"#);
    let changed = new.with(&copy, "/add").await.set_cookies()[0].value.clone();
    assert_eq!(new.with(&changed, "/get").await.body, "ada,bob");
    // Now an older server can't read it, and leaves it alone.
    let log = Log::capture();
    let response = old.with(&changed, "/change").await;
    assert_eq!((response.status, response.set_cookies().len()), (200, 0));
    assert_eq!(reason(&log), "newer_schema");
    assert_eq!(new.with(&changed, "/get").await.body, "ada,bob");
}

async fn members_of_other_releases_stay(framework: Framework, kind: StoreKind) {
    #[derive(IronSession, Clone)]
    #[session(storage = "server", json_schema)]
    struct Smaller {
        name: Option<String>,
    }
    let servers = Servers::new(kind);
    let mut server = servers.start_with(framework, first).await;
    server.browser.get("/set").await;
    let smaller = |options| {
        Site::<Smaller>::new(options).route("/change", |mut session: Session<Smaller>| async move {
            session.set_name("bob");
            ok()
        })
    };
    let other = servers.start_with(framework, smaller).await;
    let changed = other.with(&server.copy(), "/change").await.set_cookies()[0].value.clone();
    assert_eq!(server.with(&changed, "/get").await.body, r#"Some("bob") Some("kept")"#);
}

#[tokio::test]
async fn a_visitor_of_the_test_kit_has_a_record() {
    let servers = Servers::new(StoreKind::Memory);
    let state = ServerState::builder(servers.store.clone(), passwords()).clock(servers.clock.clone());
    let options = options(&servers.clock).server_state(state.start().await.unwrap()).build().unwrap();
    let mut visitor = Visitor::new();
    visitor.visit::<Shop, _>(&options, |session| session.set_note(noise(6000)));
    visitor.visit::<Shop, _>(&options, |session| session.set_theme("dark"));
    let seen = visitor.visit::<Shop, _>(&options, |session| {
        (session.note().map(str::len), session.theme().map(str::to_owned))
    });
    assert_eq!(seen, (Some(6000), Some("dark".to_owned())));
    assert_eq!(visitor.unreadable(), None);
}

#[test]
fn options_without_a_server_state_are_refused() {
    let options = options(&iron_session_tests::fixtures::clock()).build().unwrap();
    let error = options.check::<Shop>().unwrap_err().to_string();
    assert!(error.contains("`Shop`") && error.contains("server_state"), "{error}");
    options.check::<AppSession>().unwrap();
}

#[tokio::test]
async fn a_record_must_be_loaded() {
    use iron_session::error::ExtractError;
    use iron_session::session::RequestSession;

    let servers = Servers::new(StoreKind::Memory);
    let state = ServerState::builder(servers.store.clone(), passwords()).clock(servers.clock.clone());
    let options = options(&servers.clock).server_state(state.start().await.unwrap()).build().unwrap();
    let mut visitor = Visitor::new();
    visitor.visit::<Shop, _>(&options, |session| session.set_note(noise(6000)));

    let request = RequestSession::<Shop>::new(options.check().unwrap());
    let error = request.handle([visitor.cookie_header()]).unwrap_err();
    assert!(matches!(error, ExtractError::NotLoaded), "{error}");
    assert_eq!(error.status(), 500);
    assert!(error.to_string().contains("`Session::load(&request).await`"), "{error}");
    assert_eq!(request.commit(200).set_cookies, [""; 0]);

    let request = RequestSession::<Shop>::new(options.check().unwrap());
    let session = request.load([visitor.cookie_header()]).await.unwrap();
    assert_eq!(session.note().map(str::len), Some(6000));
    // Now it is there for everyone.
    assert_eq!(request.handle([""]).unwrap().note().map(str::len), Some(6000));
}
