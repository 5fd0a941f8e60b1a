//! A session in a record ends, and the store is away.

use std::sync::Arc;

use super::*;
use iron_session::session::Unreadable;
use iron_session_tests::on_every_store;
use tokio::sync::Notify;

on_every_store![
    destroy_deletes_the_record,
    a_new_session_has_a_new_record,
    a_record_that_is_gone_ends_its_session,
    an_expired_record_ends_its_session,
    a_late_request_does_not_bring_a_session_back,
    without_the_store_sessions_are_refused_and_kept,
    without_the_store_nothing_is_written,
    a_server_without_records_keeps_the_cookie,
];

async fn destroy_deletes_the_record(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut server = servers.start(framework).await;
    server.browser.get("/ada").await;
    let (copy, key) = (server.copy(), servers.key(&server.copy()));
    server.browser.get("/destroy").await;
    assert_eq!(server.browser.jar.value("sid"), None);
    assert_eq!(servers.store.record(&key).await.unwrap(), None);
    assert_eq!(server.with(&copy, "/who").await.body, "nobody");
}

async fn a_new_session_has_a_new_record(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut server = servers.start(framework).await;
    server.browser.get("/ada").await;
    let ada = servers.key(&server.copy());
    server.browser.get("/bob").await;
    assert_ne!(servers.key(&server.copy()), ada);
    assert_eq!(servers.store.record(&ada).await.unwrap(), None);
    assert_eq!(server.browser.get("/who").await.body, "bob@example.com");

    // The record of a visitor stays for a minute, because requests may be under way.
    let mut visitor = servers.start(framework).await;
    visitor.browser.get("/grow").await;
    let copy = visitor.copy();
    visitor.browser.get("/ada").await;
    assert_eq!(visitor.with(&copy, "/note").await.body, "6000");
    servers.clock.advance(Duration::from_secs(121));
    assert_eq!(visitor.with(&copy, "/note").await.body, "0");
}

async fn a_record_that_is_gone_ends_its_session(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut server = servers.start(framework).await;
    server.browser.get("/ada").await;
    servers.store.delete_record(&servers.key(&server.copy())).await.unwrap();
    let log = Log::capture();
    let response = server.browser.get("/why").await;
    assert_eq!(response.body, format!("{:?}", Some(Unreadable::Ended)));
    assert_eq!(reason(&log), "ended");
    // A new sign-in may be under way to this browser.
    assert_eq!(response.set_cookies(), []);
}

/// A store need not forget at once.
async fn an_expired_record_ends_its_session(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut server = servers.start(framework).await;
    server.browser.get("/ada").await;
    let copy = server.copy();
    let stored = servers.record(&copy).await;
    let late = Record { until: Some(servers.now()), ..stored.clone() };
    servers.store.put_record(&servers.key(&copy), Some(stored.revision), late).await.unwrap();
    assert_eq!(server.with(&copy, "/who").await.body, "nobody");
}

async fn a_late_request_does_not_bring_a_session_back(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let (loaded, ended) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let waits = (Arc::clone(&loaded), Arc::clone(&ended));
    let with_late = move |options| {
        site(options).route("/late", move |mut session| {
            let (loaded, ended) = waits.clone();
            async move {
                loaded.notify_one();
                ended.notified().await;
                session.set_theme("dark");
                ok()
            }
        })
    };
    let server = servers.start_with(framework, with_late).await;
    let mut other = servers.start(framework).await;
    other.browser.get("/ada").await;
    let (copy, key) = (other.copy(), servers.key(&other.copy()));
    let log = Log::capture();
    let destroy = async {
        loaded.notified().await;
        // As `destroy()` does, of which this server may not have heard.
        servers.store.delete_record(&key).await.unwrap();
        ended.notify_one();
    };
    let (late, ()) = tokio::join!(server.with(&copy, "/late"), destroy);
    assert_eq!((late.status, late.set_cookies().len()), (200, 0));
    assert_eq!(servers.store.record(&key).await.unwrap(), None);
    only(&log, "session changes discarded: another request has ended the session");
}

async fn without_the_store_sessions_are_refused_and_kept(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut server = servers.start(framework).await;
    server.browser.get("/ada").await;
    let log = Log::capture();
    server.way.cut(true);
    for _ in 0..2 {
        let refused = server.browser.get("/who").await;
        assert_eq!((refused.status, refused.body.as_str(), refused.set_cookies().len()), (503, "", 0));
    }
    only(&log, "the session's record could not be loaded, so the request was refused");
    server.way.cut(false);
    assert_eq!(server.browser.get("/who").await.body, "ada@example.com");
}

async fn without_the_store_nothing_is_written(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let way = Arc::new(std::sync::OnceLock::<Partition<AnyStore>>::new());
    let cut = Arc::clone(&way);
    let with_cut = move |options| {
        site(options).route("/cut", move |mut session| {
            cut.get().unwrap().cut(true);
            async move {
                session.set_theme("dark");
                ok()
            }
        })
    };
    let mut server = servers.start_with(framework, with_cut).await;
    way.set(server.way.clone()).unwrap();
    server.browser.get("/ada").await;
    let copy = server.copy();
    let log = Log::capture();
    let failed = server.browser.get("/cut").await;
    assert_eq!((failed.status, failed.set_cookies().len()), (500, 0));
    only(&log, "session not saved");
    server.way.cut(false);
    assert_eq!(server.copy(), copy);
    assert_eq!(server.browser.get("/theme").await.body, "none");
}

/// A release before `storage` was added must not sign anybody out.
async fn a_server_without_records_keeps_the_cookie(framework: Framework, kind: StoreKind) {
    #[derive(IronSession, Clone)]
    #[session(revocable, json_schema)]
    struct Before {
        user: Option<String>,
        theme: Option<String>,
    }
    let servers = Servers::new(kind);
    let mut server = servers.start(framework).await;
    server.browser.get("/ada").await;
    let before = |options| {
        Site::<Before>::new(options).route("/dark", |mut session: Session<Before>| async move {
            assert_eq!(session.user(), None);
            session.set_theme("dark");
            ok()
        })
    };
    let old = servers.start_with(framework, before).await;
    let log = Log::capture();
    assert_eq!(old.with(&server.copy(), "/dark").await.set_cookies(), []);
    assert_eq!(reason(&log), "in_record");
}
