//! A revocable session ends on every server, wherever copies of its cookie are.

use std::time::Duration;

use iron_session::clock::{Clock as _, ManualClock};
use iron_session::error::RevokeError;
use iron_session::server_state::{MemoryStore, ServerState, ServerStateBuilder};
use iron_session::session::Unreadable;
use iron_session::{IronSession, Session};
use iron_session_tests::fixtures::{clock, cookie, options, passwords, unseal};
use iron_session_tests::log::{Event, Log};
use iron_session_tests::site::{SiteResponse, ok, text};
use iron_session_tests::{Browser, Framework, Partition, Request, Site, on_every_framework};
use serde_json::Value;
use tracing::Level;

on_every_framework![
    log_out_everywhere_reaches_every_server,
    a_change_of_the_password_keeps_this_browser,
    a_second_revocation_ends_what_was_issued_after_the_first,
    what_destroy_has_ended_stays_dead,
    what_a_sign_in_replaces_stays_dead,
    a_visitors_session_outlives_the_sign_in,
    changes_that_are_not_committed_end_nothing,
    everybody_is_signed_out,
    one_session_of_a_list_is_ended,
    a_session_of_javascript_is_judged_by_its_subject,
    a_revoked_cookie_is_told_and_expired,
    without_the_store_sessions_are_refused_and_kept,
    stale_sessions_are_accepted_if_the_options_say_so,
    a_revocation_without_the_store_is_in_force_here_and_arrives_later,
    without_a_server_state_revoke_says_so,
    a_flood_of_revocations_locks_nobody_out,
    a_slow_request_does_not_bring_a_session_back,
    a_session_without_an_id_can_not_be_revoked_by_it,
    whoever_clears_the_subject_signs_out,
    a_visitor_fills_no_log,
    a_guard_answers_503_while_it_can_not_judge,
    a_failed_sign_in_does_not_end_the_session_before,
];

#[derive(IronSession, Clone)]
#[session(revocable, json_schema)]
struct Account {
    #[session(subject)]
    user: Option<String>,
    theme: Option<String>,
    #[session(keep)]
    cart: Vec<String>,
}

/// A store with servers on it.
struct Servers {
    clock: ManualClock,
    store: MemoryStore,
}

struct Server {
    state: ServerState,
    way: Partition<MemoryStore>,
    browser: Browser,
}

impl Servers {
    fn new() -> Self {
        let clock = clock();
        Self { store: MemoryStore::with_clock(clock.clone()), clock }
    }

    async fn start(&self, framework: Framework) -> Server {
        self.start_with(framework, |builder| builder).await
    }

    /// Starts a server, and opens a browser on it.
    async fn start_with(
        &self,
        framework: Framework,
        settings: impl Fn(ServerStateBuilder) -> ServerStateBuilder,
    ) -> Server {
        let way = Partition::new(self.store.clone());
        let builder = ServerState::builder(way.clone(), passwords()).clock(self.clock.clone());
        let state = settings(builder).start().await.unwrap();
        let site = site(options(&self.clock).server_state(state.clone()));
        Server { state, way, browser: framework.browse(site, &self.clock).await }
    }
}

impl Server {
    /// Asks this server who a copy of a cookie belongs to.
    async fn who(&self, copy: &str) -> String {
        let request = Request::get("/who").header("cookie", format!("sid={copy}"));
        self.browser.send_as_is(request).await.body
    }

    /// Asks until the other server's revocation has arrived.
    async fn who_soon(&self, copy: &str) -> String {
        for _ in 0..500 {
            let who = self.who(copy).await;
            if who == "nobody" {
                return who;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.who(copy).await
    }

    fn copy(&self) -> String {
        self.browser.jar.value("sid").unwrap().to_owned()
    }
}

/// Returns the one event with this message.
fn only(log: &Log, message: &str) -> Event {
    let mut events = log.take();
    events.retain(|event| event.message == message);
    assert_eq!(events.len(), 1, "{events:#?}");
    events.remove(0)
}

fn site(options: iron_session::SessionOptionsBuilder) -> Site<Account> {
    let signed_in = |user: &'static str| {
        move |mut session: Session<Account>| async move {
            session.sign_in(user.to_owned());
            ok()
        }
    };
    Site::<Account>::new(options)
        .route("/ada", signed_in("ada"))
        .route("/bob", signed_in("bob"))
        .route("/who", |session| async move { text(session.user().unwrap_or("nobody")) })
        .route("/why", |session| async move { text(format!("{:?}", session.meta().unreadable())) })
        .route("/cart", |mut session| async move {
            session.cart.push("pen".to_owned());
            ok()
        })
        .route("/theme", |mut session| async move {
            session.set_theme("dark");
            ok()
        })
        .route("/destroy", |mut session| async move {
            session.destroy();
            ok()
        })
        .route("/clear", |mut session| async move {
            session.clear();
            ok()
        })
        .route("/restart-500", |mut session| async move {
            session.restart();
            Ok(SiteResponse::status(500))
        })
        .route("/restart-discard", |mut session| async move {
            session.restart();
            session.discard();
            ok()
        })
        .route("/clear-subject", |mut session| async move {
            session.clear_user();
            session.set_theme("bye");
            ok()
        })
        .route("/impersonate", |mut session| async move {
            session.set_user("bob");
            ok()
        })
        .route("/slow", |mut session| async move {
            let user = session.user().unwrap_or("nobody").to_owned();
            session.set_theme("light");
            tokio::time::sleep(Duration::from_millis(300)).await;
            text(user)
        })
        .route("/too-large", |mut session| async move {
            session.set_theme("saved");
            session.save().unwrap();
            session.sign_in("bob".to_owned());
            session.set_theme("x".repeat(5000));
            ok()
        })
        .route("/revoke", |mut session| async move { text(format!("{:?}", session.revoke().await)) })
        .route(
            "/everywhere",
            |mut session| async move { text(format!("{:?}", session.revoke_subject().await)) },
        )
        .route("/password", |mut session| async move {
            let user = session.user().unwrap().to_owned();
            session.revoke_subject().await.unwrap();
            session.sign_in(user);
            ok()
        })
}

async fn log_out_everywhere_reaches_every_server(framework: Framework) {
    let servers = Servers::new();
    let (mut one, mut two) = (servers.start(framework).await, servers.start(framework).await);
    one.browser.get("/ada").await;
    two.browser.get("/ada").await;
    let (phone, laptop) = (one.copy(), two.copy());
    let mut bob = servers.start(framework).await;
    bob.browser.get("/bob").await;
    assert_eq!([two.who(&phone).await, one.who(&laptop).await], ["ada", "ada"]);

    let response = one.browser.get("/everywhere").await;
    assert_eq!(response.body, "Ok(())");
    assert_eq!(one.browser.jar.value("sid"), None, "its own cookie is expired");
    // At once on this server, soon on the other one.
    assert_eq!([one.who(&phone).await, one.who(&laptop).await], ["nobody", "nobody"]);
    assert_eq!([two.who_soon(&laptop).await, two.who(&phone).await], ["nobody", "nobody"]);
    assert_eq!([one.who(&bob.copy()).await, two.who(&bob.copy()).await], ["bob", "bob"]);

    // New sign-ins work at once, on both.
    one.browser.get("/ada").await;
    two.browser.get("/ada").await;
    assert_eq!([one.who(&two.copy()).await, two.who(&one.copy()).await], ["ada", "ada"]);
    servers.clock.advance(Duration::from_secs(24 * 60 * 60));
    assert_eq!([one.who(&two.copy()).await, two.who(&one.copy()).await], ["ada", "ada"]);
    assert_eq!([one.who(&phone).await, two.who(&laptop).await], ["nobody", "nobody"]);
}

async fn a_change_of_the_password_keeps_this_browser(framework: Framework) {
    let servers = Servers::new();
    let (mut here, mut there) = (servers.start(framework).await, servers.start(framework).await);
    here.browser.get("/ada").await;
    there.browser.get("/ada").await;
    let before = here.copy();

    here.browser.get("/password").await;
    assert_eq!(here.browser.get("/who").await.body, "ada");
    assert_eq!(there.who_soon(&before).await, "nobody");
    assert_eq!(there.browser.get("/who").await.body, "nobody");
    assert_eq!(there.who(&here.copy()).await, "ada");
}

/// A session that is issued after a revocation is dated ahead, and must not outlive the next one.
async fn a_second_revocation_ends_what_was_issued_after_the_first(framework: Framework) {
    let servers = Servers::new();
    let mut server = servers.start(framework).await;
    for everybody in [false, true, false, true, true, false] {
        server.browser.get("/ada").await;
        let copy = server.copy();
        assert_eq!(server.who(&copy).await, "ada");
        if everybody {
            server.state.revoke_all_before(servers.clock.now()).await.unwrap();
        } else {
            server.state.revoke_subject("sid", "ada").await.unwrap();
        }
        assert_eq!(server.who(&copy).await, "nobody");
    }
}

async fn what_destroy_has_ended_stays_dead(framework: Framework) {
    for path in ["/destroy", "/revoke", "/clear"] {
        let servers = Servers::new();
        let (mut one, two) = (servers.start(framework).await, servers.start(framework).await);
        one.browser.get("/ada").await;
        let copy = one.copy();
        // A request that was under way writes the session again, and its response arrives last.
        let request = Request::get("/theme").header("cookie", format!("sid={copy}"));
        let late = two.browser.send_as_is(request).await;
        assert_eq!(late.status, 200);
        let late = late.set_cookies()[0].value.clone();
        assert_eq!(two.who(&late).await, "ada");

        one.browser.get(path).await;
        assert_eq!(one.browser.jar.value("sid"), None, "{path}");
        assert_eq!([one.who(&copy).await, one.who(&late).await], ["nobody", "nobody"], "{path}");
        assert_eq!([two.who_soon(&late).await, two.who(&copy).await], ["nobody", "nobody"], "{path}");
        // Nobody else is affected.
        one.browser.get("/ada").await;
        assert_eq!(two.who(&one.copy()).await, "ada", "{path}");
    }
}

async fn what_a_sign_in_replaces_stays_dead(framework: Framework) {
    let servers = Servers::new();
    let mut server = servers.start(framework).await;
    server.browser.get("/ada").await;
    let ada = server.copy();
    server.browser.get("/bob").await;
    assert_eq!([server.who(&ada).await, server.who(&server.copy()).await], ["nobody", "bob"]);
}

/// Two sign-ins at the same time must not lose the visitor's cart.
async fn a_visitors_session_outlives_the_sign_in(framework: Framework) {
    let servers = Servers::new();
    let mut server = servers.start(framework).await;
    server.browser.get("/cart").await;
    let visitor = server.copy();
    server.browser.get("/ada").await;
    assert_eq!(server.state.revocations(), 0);

    let request = Request::get("/ada").header("cookie", format!("sid={visitor}"));
    server.browser.jar.store_all(server.browser.send_as_is(request).await.all("set-cookie"));
    let session: Value = serde_json::from_str(&unseal(&servers.clock, &server.copy())).unwrap();
    assert_eq!(session["cart"][0], "pen");
}

async fn changes_that_are_not_committed_end_nothing(framework: Framework) {
    let servers = Servers::new();
    let mut server = servers.start(framework).await;
    server.browser.get("/ada").await;
    for path in ["/restart-500", "/restart-discard"] {
        server.browser.get(path).await;
        assert_eq!(server.browser.get("/who").await.body, "ada", "{path}");
    }
    assert_eq!(server.state.revocations(), 0);
}

async fn everybody_is_signed_out(framework: Framework) {
    let servers = Servers::new();
    let (mut one, mut two) = (servers.start(framework).await, servers.start(framework).await);
    one.browser.get("/ada").await;
    servers.clock.advance(Duration::from_secs(600));
    two.browser.get("/bob").await;
    let (ada, bob) = (one.copy(), two.copy());

    // Only the sessions from before an incident.
    let incident = servers.clock.now().saturating_sub(Duration::from_secs(300));
    one.state.revoke_all_before(incident).await.unwrap();
    assert_eq!(
        [two.who_soon(&ada).await.as_str(), &one.who(&bob).await, &two.who(&bob).await],
        ["nobody", "bob", "bob"]
    );

    one.state.revoke_all_before(servers.clock.now()).await.unwrap();
    assert_eq!([two.who_soon(&bob).await, one.who(&bob).await], ["nobody", "nobody"]);
    two.browser.get("/bob").await;
    assert_eq!([one.who(&two.copy()).await, two.who(&two.copy()).await], ["bob", "bob"]);
}

async fn one_session_of_a_list_is_ended(framework: Framework) {
    let servers = Servers::new();
    let mut server = servers.start(framework).await;
    server.browser.get("/ada").await;
    let first = server.copy();
    let held: Value = serde_json::from_str(&unseal(&servers.clock, &first)).unwrap();
    let id = held["$"]["id"].as_str().unwrap().parse().unwrap();
    let mut other = servers.start(framework).await;
    other.browser.get("/ada").await;

    server.state.revoke_session(id).await.unwrap();
    assert_eq!([server.who(&first).await, server.who(&other.copy()).await], ["nobody", "ada"]);
}

/// JavaScript writes neither an id nor a time of issue, unless its program adds them.
async fn a_session_of_javascript_is_judged_by_its_subject(framework: Framework) {
    let servers = Servers::new();
    let server = servers.start(framework).await;
    let seal = |payload: String| cookie(&servers.clock, &payload).strip_prefix("sid=").unwrap().to_owned();
    let secs = servers.clock.now().as_unix_ms() / 1000;
    let ada = seal(r#"{"user":"ada"}"#.to_owned());
    let bob = seal(r#"{"user":"bob"}"#.to_owned());
    assert_eq!([server.who(&ada).await, server.who(&bob).await], ["ada", "bob"]);

    server.state.revoke_subject("sid", "ada").await.unwrap();
    assert_eq!([server.who(&ada).await, server.who(&bob).await], ["nobody", "bob"]);
    let issued = |at: u64| seal(format!(r#"{{"user":"ada","$":{{"iat":{at}}}}}"#));
    assert_eq!(
        [server.who(&issued(secs + 59)).await, server.who(&issued(secs + 60)).await],
        ["nobody", "ada"]
    );
    // The subject of another cookie is another one.
    server.state.revoke_subject("admin", "bob").await.unwrap();
    assert_eq!(server.who(&bob).await, "bob");
}

async fn a_revoked_cookie_is_told_and_expired(framework: Framework) {
    let servers = Servers::new();
    let mut server = servers.start(framework).await;
    server.browser.get("/ada").await;
    let copy = server.copy();
    server.state.revoke_subject("sid", "ada").await.unwrap();

    let log = Log::capture();
    let request = Request::get("/why").header("cookie", format!("sid={copy}"));
    let response = server.browser.send_as_is(request.clone()).await;
    assert_eq!(response.body, format!("{:?}", Some(Unreadable::Revoked)));
    let event = only(&log, "session cookie not readable");
    assert_eq!((event.level, event.field("reason")), (Level::INFO, Some("revoked")));
    // For a minute, the response to a new sign-in may be under way.
    assert_eq!(response.set_cookies(), []);
    servers.clock.advance(Duration::from_secs(61));
    let response = server.browser.send_as_is(request.clone()).await;
    // Otherwise a JavaScript program would go on accepting it.
    assert!(response.set_cookies()[0].line.contains("Max-Age=0"), "{:?}", response.set_cookies());

    let by_script = server.browser.send_as_is(request.header("sec-fetch-mode", "cors")).await;
    assert_eq!(by_script.set_cookies(), []);
}

async fn without_the_store_sessions_are_refused_and_kept(framework: Framework) {
    let servers = Servers::new();
    let limit = Duration::from_millis(300);
    let mut server = servers.start_with(framework, |builder| builder.max_staleness(limit)).await;
    server.browser.get("/ada").await;
    let copy = server.copy();

    let log = Log::capture();
    server.way.cut(true);
    assert_eq!(server.who(&copy).await, "ada", "for a while, the list is good enough");
    let status = |path: &str| Request::get(path).header("cookie", format!("sid={copy}"));
    while server.browser.send_as_is(status("/who")).await.status != 503 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for path in ["/who", "/theme", "/destroy"] {
        let response = server.browser.send_as_is(status(path)).await;
        assert_eq!(
            (response.status, response.body.as_str(), response.set_cookies().len()),
            (503, "", 0),
            "{path}"
        );
    }
    // A visitor without a session is served, and may sign in.
    assert_eq!(server.browser.send_as_is(Request::get("/who")).await.status, 200);
    assert_eq!(server.browser.send_as_is(Request::get("/ada")).await.status, 200);

    server.way.cut(false);
    while server.who(&copy).await != "ada" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Each state is logged once, however many requests it refuses.
    let messages = |event: &Event| event.message.clone();
    let events: Vec<_> = log.take().iter().map(messages).collect();
    for message in [
        "the store of the server state does not respond",
        "the list of revocations is stale, so revocable sessions are refused",
        "the store of the server state responds again",
        "the list of revocations is current again",
    ] {
        assert_eq!(events.iter().filter(|event| *event == message).count(), 1, "{message}: {events:#?}");
    }
}

async fn stale_sessions_are_accepted_if_the_options_say_so(framework: Framework) {
    let servers = Servers::new();
    servers.start(framework).await.browser.get("/ada").await;
    let limit = Duration::from_millis(100);
    let mut server =
        servers.start_with(framework, |builder| builder.max_staleness(limit).accept_stale()).await;
    server.browser.get("/ada").await;
    server.way.cut(true);
    while server.state.staleness().unwrap() < limit * 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(server.browser.get("/who").await.body, "ada");
}

async fn a_revocation_without_the_store_is_in_force_here_and_arrives_later(framework: Framework) {
    let servers = Servers::new();
    let (mut one, two) = (servers.start(framework).await, servers.start(framework).await);
    one.browser.get("/ada").await;
    let copy = one.copy();
    one.way.cut(true);

    let log = Log::capture();
    let response = one.browser.get("/destroy").await;
    assert_eq!(response.status, 200, "the response does not wait for long");
    let event = only(
        &log,
        "the store has not confirmed that the session is revoked; it is refused on this server, and on the \
         others when the store responds",
    );
    assert_eq!((event.level, event.field("cookie")), (Level::ERROR, Some("sid")));
    assert_eq!([one.who(&copy).await, two.who(&copy).await], ["nobody", "ada"]);

    one.way.cut(false);
    assert_eq!(two.who_soon(&copy).await, "nobody");
}

async fn without_a_server_state_revoke_says_so(framework: Framework) {
    let clock = clock();
    let mut browser = framework.browse(site(options(&clock)), &clock).await;
    browser.get("/ada").await;
    let expected = format!("{:?}", Err::<(), _>(RevokeError::NoServerState));
    assert_eq!(browser.get("/everywhere").await.body, expected);
    assert_eq!(browser.get("/who").await.body, "ada", "nothing has changed");
    assert_eq!(browser.get("/revoke").await.body, expected);
    assert_eq!(browser.jar.value("sid"), None, "the cookie is expired all the same");
}

/// Each revocation reaches past the sessions that were issued after the one before, but never so far that
/// new sessions would be dated too far ahead.
async fn a_flood_of_revocations_locks_nobody_out(framework: Framework) {
    let servers = Servers::new();
    let (mut one, mut two) = (servers.start(framework).await, servers.start(framework).await);
    for _ in 0..300 {
        one.state.revoke_subject("sid", "ada").await.unwrap();
        one.state.revoke_all_before(servers.clock.now()).await.unwrap();
    }
    one.browser.get("/ada").await;
    assert_eq!(one.browser.get("/who").await.body, "ada");
    // The other server has followed by now, or will have soon.
    two.browser.get("/bob").await;
    while two.browser.get("/who").await.body != "bob" {
        tokio::time::sleep(Duration::from_millis(20)).await;
        two.browser.get("/bob").await;
    }
    servers.clock.advance(Duration::from_secs(1));
    let copy = one.copy();
    one.state.revoke_all_before(servers.clock.now()).await.unwrap();
    assert_eq!(one.who(&copy).await, "nobody");
}

/// A thief can hold a request open until the user has signed out.
async fn a_slow_request_does_not_bring_a_session_back(framework: Framework) {
    let servers = Servers::new();
    let mut server = servers.start(framework).await;
    server.browser.get("/ada").await;
    let copy = server.copy();
    let state = server.state.clone();
    let slow = server.browser.send_as_is(Request::get("/slow").header("cookie", format!("sid={copy}")));
    let revoke = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        state.revoke_subject("sid", "ada").await.unwrap();
    };
    let (response, ()) = tokio::join!(slow, revoke);
    assert_eq!((response.body.as_str(), response.set_cookies().len()), ("ada", 0));

    // The same without a time of issue, which a later one must not replace.
    let javascript = cookie(&servers.clock, r#"{"user":"bob"}"#);
    let slow = server.browser.send_as_is(Request::get("/slow").header("cookie", javascript));
    let revoke = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        state.revoke_subject("sid", "bob").await.unwrap();
    };
    let (response, ()) = tokio::join!(slow, revoke);
    assert_eq!((response.body.as_str(), response.set_cookies().len()), ("bob", 0));
}

async fn a_session_without_an_id_can_not_be_revoked_by_it(framework: Framework) {
    let servers = Servers::new();
    let server = servers.start(framework).await;
    let javascript = cookie(&servers.clock, r#"{"user":"ada"}"#);
    let request = Request::get("/revoke").header("cookie", javascript);
    let response = server.browser.send_as_is(request).await;
    assert_eq!(response.body, format!("{:?}", Err::<(), _>(RevokeError::NoId)));
    assert_eq!(
        server.browser.send_as_is(Request::get("/revoke")).await.body,
        "Ok(())",
        "there is no session"
    );
}

async fn whoever_clears_the_subject_signs_out(framework: Framework) {
    for path in ["/clear-subject", "/impersonate"] {
        let servers = Servers::new();
        let mut server = servers.start(framework).await;
        server.browser.get("/ada").await;
        let copy = server.copy();
        server.browser.get(path).await;
        assert_eq!(server.who(&copy).await, "nobody", "{path}");
        let expected = if path == "/impersonate" { "bob" } else { "nobody" };
        assert_eq!(server.who(&server.copy()).await, expected, "{path}");
    }
}

async fn a_visitor_fills_no_log(framework: Framework) {
    let servers = Servers::new();
    let mut server = servers.start(framework).await;
    server.browser.get("/cart").await;
    assert_eq!(server.browser.get("/revoke").await.body, "Ok(())");
    server.browser.get("/cart").await;
    server.browser.get("/destroy").await;
    assert_eq!((server.browser.jar.value("sid"), server.state.revocations()), (None, 0));
}

async fn a_guard_answers_503_while_it_can_not_judge(_: Framework) {
    let error = iron_session::error::AccessError::Session(iron_session::error::ExtractError::Stale);
    assert_eq!(error.status(), 503);
}

async fn a_failed_sign_in_does_not_end_the_session_before(framework: Framework) {
    let servers = Servers::new();
    let mut server = servers.start(framework).await;
    server.browser.get("/ada").await;
    assert_eq!(server.browser.get("/too-large").await.status, 500);
    assert_eq!(server.browser.get("/who").await.body, "ada", "what `save` accepted was written");
    assert_eq!(server.state.revocations(), 0);
}
