//! Values that expire, in a session that is in a record.

use super::*;
use iron_session::Expiring;
use iron_session_tests::on_every_store;

on_every_store![a_value_in_a_record_expires, a_queue_in_a_record_is_read_once];

#[derive(IronSession, Clone)]
#[session(storage = "server", json_schema)]
struct Kept {
    theme: Option<String>,
    #[session(expires_in = "15m")]
    sudo: Expiring<String>,
    #[session(flash(expires_in = "10m"))]
    notice: Option<String>,
    #[session(flash)]
    alerts: Vec<String>,
}

fn site(options: SessionOptionsBuilder) -> Site<Kept> {
    Site::<Kept>::new(options)
        .route("/set", |mut session: Session<Kept>| async move {
            session.set_theme("dark");
            session.set_sudo("delete".to_owned());
            session.set_notice("saved");
            session.push_alerts("one".to_owned());
            session.push_alerts("two".to_owned());
            ok()
        })
        .route("/look", |session: Session<Kept>| async move {
            text(format!("{:?} {:?} {:?}", session.theme(), session.sudo(), session.peek_notice()))
        })
        .route("/light", |mut session: Session<Kept>| async move {
            session.set_theme("light");
            ok()
        })
        .route("/alerts", |mut session: Session<Kept>| async move { text(session.take_alerts().join(" ")) })
}

async fn a_value_in_a_record_expires(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut one = servers.start_with(framework, site).await;
    let two = servers.start_with(framework, site).await;
    one.browser.get("/set").await;
    let copy = one.copy();
    assert_eq!(two.with(&copy, "/look").await.body, r#"Some("dark") Some("delete") Some("saved")"#);
    // A change of another member does not extend them.
    servers.clock.advance(Duration::from_secs(9 * 60));
    one.browser.get("/light").await;
    servers.clock.advance(Duration::from_secs(61));
    assert_eq!(two.with(&copy, "/look").await.body, r#"Some("light") Some("delete") None"#);
    servers.clock.advance(Duration::from_secs(5 * 60));
    assert_eq!(two.with(&copy, "/look").await.body, r#"Some("light") None None"#);
}

async fn a_queue_in_a_record_is_read_once(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut one = servers.start_with(framework, site).await;
    let two = servers.start_with(framework, site).await;
    one.browser.get("/set").await;
    let copy = one.copy();
    assert_eq!(two.with(&copy, "/alerts").await.body, "one two");
    // With the same copy: the record has changed, and not the cookie.
    assert_eq!(one.with(&copy, "/alerts").await.body, "");
}
