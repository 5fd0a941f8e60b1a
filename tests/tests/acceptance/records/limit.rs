//! At most so many sessions of one user.

use std::sync::Arc;

use super::*;
use iron_session::error::SignInError;
use iron_session::options::OnMaxSessions;
use iron_session_tests::fixtures::TTL;
use iron_session_tests::on_every_store;
use tokio::sync::Barrier;

on_every_store![
    the_oldest_session_ends,
    a_new_session_is_refused,
    a_refused_sign_in_changes_nothing,
    a_sign_in_that_nobody_waits_for_changes_nothing,
    a_sign_in_that_does_not_ask_becomes_a_500,
    a_handler_that_fails_gives_its_seat_back,
    sign_ins_at_the_same_time_leave_so_many,
    sign_ins_at_the_same_time_are_refused,
    a_session_of_a_former_release_is_counted,
    without_the_store_nobody_signs_in,
];

#[derive(IronSession, Clone, Debug)]
#[session(storage = "server", json_schema)]
struct Member {
    #[session(subject)]
    user: Option<String>,
    #[session(keep)]
    cart: Vec<String>,
}

const LIMIT: usize = 2;

fn limited(on_max: OnMaxSessions) -> impl Fn(SessionOptionsBuilder) -> Site<Member> + Clone {
    move |options| site(options.max_sessions(LIMIT, on_max))
}

fn site(options: SessionOptionsBuilder) -> Site<Member> {
    Site::<Member>::new(options)
        .route("/ada", |mut session| async move {
            session.sign_in("ada".to_owned());
            ok()
        })
        .route("/bob", |mut session| async move {
            session.sign_in("bob".to_owned());
            ok()
        })
        .route("/set-ada", |mut session| async move {
            session.set_user("ada");
            ok()
        })
        .route("/try-ada", |mut session| async move { try_ada(&mut session).await })
        .route("/try-ada-and-fail", |mut session| async move {
            drop(try_ada(&mut session).await?);
            Err(iron_session_tests::SiteResponse::status(500))
        })
        .route("/try-ada-and-give-up", |mut session| async move {
            // Never polled, as if the user had left.
            drop(Session::try_sign_in(&mut session, "ada".to_owned()));
            text(session.user().unwrap_or("nobody"))
        })
        .route("/buy", |mut session| async move {
            session.cart.push("pen".to_owned());
            ok()
        })
        .route("/buy-and-try", |mut session| async move {
            session.cart.push("ink".to_owned());
            try_ada(&mut session).await
        })
        .route("/who", |session| async move { text(session.user().unwrap_or("nobody")) })
        .route("/cart", |session| async move { text(session.cart().join(" ")) })
        .route("/destroy", |mut session| async move {
            session.destroy();
            ok()
        })
        .route("/restart", |mut session| async move {
            session.restart();
            ok()
        })
}

async fn try_ada(session: &mut Session<Member>) -> iron_session_tests::SiteResult {
    match Session::try_sign_in(session, "ada".to_owned()).await {
        Ok(()) => text("welcome"),
        Err(SignInError::TooManySessions { limit, .. }) => text(format!("full: {limit}")),
        Err(error) => text(error),
    }
}

async fn get<S>(server: &mut Server<S>, path: &str) -> String {
    let response = server.browser.get(path).await;
    assert_eq!(response.status, 200, "{path}");
    response.body
}

/// Returns who is signed in to a copy of each cookie, on a server.
async fn who<S>(server: &Server<S>, copies: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for copy in copies {
        found.push(server.with(copy, "/who").await.body);
    }
    found
}

async fn a_sign_in_that_nobody_waits_for_changes_nothing(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut phone = servers.start_with(framework, limited(OnMaxSessions::RefuseNew)).await;
    get(&mut phone, "/buy").await;
    assert_eq!(get(&mut phone, "/try-ada-and-give-up").await, "nobody");
    assert_eq!(
        (get(&mut phone, "/who").await, get(&mut phone, "/cart").await),
        ("nobody".into(), "pen".into())
    );
}

async fn the_oldest_session_ends(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let with_limit = limited(OnMaxSessions::EndOldest);
    let mut phone = servers.start_with(framework, with_limit.clone()).await;
    let mut laptop = servers.start_with(framework, with_limit.clone()).await;
    let mut tablet = servers.start_with(framework, with_limit).await;
    // All within one second of the clock.
    get(&mut phone, "/ada").await;
    get(&mut laptop, "/ada").await;
    // A new session in the same browser takes the place of the old one.
    get(&mut laptop, "/ada").await;
    get(&mut phone, "/bob").await;
    get(&mut phone, "/ada").await;
    let copies = [phone.copy(), laptop.copy()];
    assert_eq!(who(&tablet, &[&copies[0], &copies[1]]).await, ["ada", "ada"]);

    get(&mut tablet, "/ada").await;
    let mut bob = servers.start_with(framework, limited(OnMaxSessions::EndOldest)).await;
    get(&mut bob, "/bob").await;
    for server in [&phone, &laptop, &tablet] {
        let (first, last) = (laptop.copy(), tablet.copy());
        assert_eq!(
            who(server, &[&first, &copies[0], &last, &bob.copy()]).await,
            ["nobody", "ada", "ada", "bob"]
        );
    }
    assert_eq!(phone.state.sessions_of("sid", "ada").await.unwrap().len(), LIMIT);

    // A field that is set signs in as well.
    get(&mut laptop, "/buy").await;
    get(&mut laptop, "/set-ada").await;
    assert_eq!(who(&tablet, &[&copies[0], &tablet.copy(), &laptop.copy()]).await, ["nobody", "ada", "ada"]);
    // The limit is not for visitors.
    for _ in 0..=LIMIT {
        let mut visitor = servers.start_with(framework, limited(OnMaxSessions::EndOldest)).await;
        get(&mut visitor, "/buy").await;
        assert_eq!(get(&mut visitor, "/cart").await, "pen");
    }
}

async fn a_new_session_is_refused(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let with_limit = limited(OnMaxSessions::RefuseNew);
    let mut one = servers.start_with(framework, with_limit.clone()).await;
    let mut two = servers.start_with(framework, with_limit.clone()).await;
    let mut three = servers.start_with(framework, with_limit).await;
    assert_eq!(get(&mut one, "/try-ada").await, "welcome");
    assert_eq!(get(&mut two, "/try-ada").await, "welcome");
    // In the same browser there is a place.
    assert_eq!(get(&mut two, "/try-ada").await, "welcome");
    assert_eq!(get(&mut three, "/try-ada").await, "full: 2");
    assert_eq!(get(&mut three, "/who").await, "nobody");
    assert_eq!(three.browser.jar.names(), [""; 0]);

    // Each way to end a session frees its seat.
    for path in ["/destroy", "/restart", "/bob"] {
        get(&mut one, path).await;
        assert_eq!(get(&mut three, "/try-ada").await, "welcome", "{path}");
        assert_eq!(get(&mut one, "/try-ada").await, "full: 2");
        get(&mut three, "/destroy").await;
        assert_eq!(get(&mut one, "/try-ada").await, "welcome");
    }
    three.state.revoke_subject("sid", "ada").await.unwrap();
    assert_eq!(get(&mut three, "/try-ada").await, "welcome");
    assert_eq!(who(&three, &[&one.copy(), &two.copy()]).await, ["nobody", "nobody"]);
    let mut four = servers.start_with(framework, limited(OnMaxSessions::RefuseNew)).await;
    assert_eq!(get(&mut four, "/try-ada").await, "welcome");
    let mut five = servers.start_with(framework, limited(OnMaxSessions::RefuseNew)).await;
    assert_eq!(get(&mut five, "/try-ada").await, "full: 2");
    servers.clock.advance(TTL + Duration::from_secs(121));
    assert_eq!(get(&mut five, "/try-ada").await, "welcome");
}

async fn a_refused_sign_in_changes_nothing(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let with_limit = limited(OnMaxSessions::RefuseNew);
    for _ in 0..LIMIT {
        let mut server = servers.start_with(framework, with_limit.clone()).await;
        get(&mut server, "/ada").await;
    }
    let mut bob = servers.start_with(framework, with_limit).await;
    get(&mut bob, "/bob").await;
    get(&mut bob, "/buy").await;
    let copy = bob.copy();
    assert_eq!(get(&mut bob, "/try-ada").await, "full: 2");
    assert_eq!(bob.copy(), copy);
    // What the handler did before stays.
    assert_eq!(get(&mut bob, "/buy-and-try").await, "full: 2");
    assert_eq!((get(&mut bob, "/who").await, get(&mut bob, "/cart").await), ("bob".into(), "pen ink".into()));
}

async fn a_sign_in_that_does_not_ask_becomes_a_500(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let with_limit = limited(OnMaxSessions::RefuseNew);
    for _ in 0..LIMIT {
        let mut server = servers.start_with(framework, with_limit.clone()).await;
        get(&mut server, "/ada").await;
    }
    let mut visitor = servers.start_with(framework, with_limit).await;
    get(&mut visitor, "/buy").await;
    let copy = visitor.copy();
    for path in ["/ada", "/set-ada"] {
        let log = Log::capture();
        let response = visitor.browser.get(path).await;
        assert_eq!((response.status, response.set_cookies().len()), (500, 0), "{path}");
        let error = only(&log, "session not saved");
        assert!(error.field("error").unwrap().contains("call `Session::try_sign_in`"), "{error:?}");
    }
    assert_eq!(visitor.copy(), copy);
    assert_eq!(get(&mut visitor, "/cart").await, "pen");
    assert_eq!(visitor.state.sessions_of("sid", "ada").await.unwrap().len(), LIMIT);
}

async fn a_handler_that_fails_gives_its_seat_back(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    let mut server = servers.start_with(framework, limited(OnMaxSessions::RefuseNew)).await;
    for _ in 0..LIMIT {
        assert_eq!(server.browser.get("/try-ada-and-fail").await.status, 500);
    }
    assert_eq!(get(&mut server, "/try-ada").await, "full: 2");
    servers.clock.advance(Duration::from_secs(121));
    assert_eq!(get(&mut server, "/try-ada").await, "welcome");
    assert_eq!(server.state.sessions_of("sid", "ada").await.unwrap().len(), 1);
}

const ALL: usize = 6;

/// Signs the user in from several browsers at the same time, on two servers, and returns the copies of
/// the cookies that were sent.
async fn sign_in_all(
    servers: &Servers<Slow<AnyStore>>,
    framework: Framework,
    on_max: OnMaxSessions,
) -> (Server<Slow<AnyStore>>, Server<Slow<AnyStore>>, Vec<String>) {
    let barrier = Arc::new(Barrier::new(ALL));
    let meeting = |options| {
        let barrier = Arc::clone(&barrier);
        limited(on_max)(options).route("/meet", move |mut session| {
            let barrier = Arc::clone(&barrier);
            async move {
                barrier.wait().await;
                session.sign_in("ada".to_owned());
                ok()
            }
        })
    };
    let one = servers.start_with(framework, meeting).await;
    let two = servers.start_with(framework, meeting).await;
    let meet = || Request::get("/meet");
    let responses = tokio::join!(
        one.browser.send_as_is(meet()),
        two.browser.send_as_is(meet()),
        one.browser.send_as_is(meet()),
        two.browser.send_as_is(meet()),
        one.browser.send_as_is(meet()),
        two.browser.send_as_is(meet()),
    );
    let responses = <[_; ALL]>::from(responses);
    let copies = responses.iter().filter_map(|response| Some(response.set_cookies().first()?.value.clone()));
    let copies = copies.collect();
    (one, two, copies)
}

/// Returns how many of the copies are signed in on a server.
async fn signed_in(server: &Server<Slow<AnyStore>>, copies: &[String]) -> usize {
    let copies: Vec<_> = copies.iter().map(String::as_str).collect();
    who(server, &copies).await.iter().filter(|user| *user == "ada").count()
}

async fn sign_ins_at_the_same_time_leave_so_many(framework: Framework, kind: StoreKind) {
    let servers = Servers::slow(kind);
    let (one, two, copies) = sign_in_all(&servers, framework, OnMaxSessions::EndOldest).await;
    assert_eq!(copies.len(), ALL);
    for server in [&one, &two] {
        // A revocation of the other server may be under way.
        while signed_in(server, &copies).await > LIMIT {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(signed_in(server, &copies).await, LIMIT);
        assert_eq!(server.state.sessions_of("sid", "ada").await.unwrap().len(), LIMIT);
    }
}

async fn sign_ins_at_the_same_time_are_refused(framework: Framework, kind: StoreKind) {
    let servers = Servers::slow(kind);
    let (one, two, mut copies) = sign_in_all(&servers, framework, OnMaxSessions::RefuseNew).await;
    assert!(copies.len() <= LIMIT, "{}", copies.len());
    for server in [&one, &two] {
        assert_eq!(signed_in(server, &copies).await, copies.len());
    }
    // Whoever was refused, one after the other finds a seat.
    while copies.len() < LIMIT {
        let response = one.browser.send_as_is(Request::get("/ada")).await;
        copies.push(response.set_cookies()[0].value.clone());
    }
    assert_eq!(one.browser.send_as_is(Request::get("/ada")).await.status, 500);
    assert_eq!(signed_in(&two, &copies).await, LIMIT);
}

/// A release without records has signed users in.
async fn a_session_of_a_former_release_is_counted(framework: Framework, kind: StoreKind) {
    #[derive(IronSession, Clone)]
    #[session(revocable, json_schema)]
    struct Former {
        #[session(subject)]
        user: Option<String>,
    }
    let former = |options| {
        Site::<Former>::new(options).route("/ada", |mut session: Session<Former>| async move {
            session.sign_in("ada".to_owned());
            ok()
        })
    };
    for on_max in [OnMaxSessions::EndOldest, OnMaxSessions::RefuseNew] {
        let servers = Servers::new(kind);
        let mut old = servers.start_with(framework, former).await;
        get(&mut old, "/ada").await;
        let whole = old.copy();
        let mut new = servers.start_with(framework, limited(on_max)).await;
        let mut third = servers.start_with(framework, limited(on_max)).await;
        get(&mut new, "/ada").await;
        get(&mut third, "/ada").await;
        // It is counted when it moves to a record, and goes on in any case.
        let moved = third.with(&whole, "/buy").await.set_cookies()[0].value.clone();
        let others = [new.copy(), third.copy()];
        let left = who(&third, &[&moved, &others[0], &others[1]]).await;
        match on_max {
            OnMaxSessions::EndOldest => assert_eq!(left, ["ada", "nobody", "ada"]),
            _ => assert_eq!(left, ["ada", "ada", "ada"]),
        }
        let mut late = servers.start_with(framework, limited(on_max)).await;
        if on_max == OnMaxSessions::RefuseNew {
            assert_eq!(get(&mut late, "/try-ada").await, "full: 2");
            continue;
        }
        get(&mut late, "/ada").await;
        assert_eq!(who(&late, &[&moved, &others[1], &late.copy()]).await, ["ada", "nobody", "ada"]);
        get(&mut third, "/ada").await;
        // Neither the reference nor the whole session in the first cookie is accepted any longer.
        assert_eq!(who(&third, &[&moved, &whole]).await, ["nobody", "nobody"]);
    }
}

async fn without_the_store_nobody_signs_in(framework: Framework, kind: StoreKind) {
    let servers = Servers::new(kind);
    for on_max in [OnMaxSessions::EndOldest, OnMaxSessions::RefuseNew] {
        let mut server = servers.start_with(framework, limited(on_max)).await;
        server.way.cut(true);
        let response = server.browser.get("/ada").await;
        assert_eq!((response.status, response.set_cookies().len()), (500, 0));
        if on_max == OnMaxSessions::RefuseNew {
            assert_eq!(
                get(&mut server, "/try-ada").await,
                "the user's sessions could not be counted; try again later"
            );
        }
        server.way.cut(false);
        assert_eq!(get(&mut server, "/who").await, "nobody");
        assert_eq!(get(&mut server, "/try-ada").await, "welcome");
        get(&mut server, "/destroy").await;
    }
}

#[test]
fn sessions_that_can_not_be_counted_are_refused() {
    #[derive(IronSession, Clone)]
    #[session(storage = "server")]
    struct NoSubject {
        user: Option<String>,
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let store = StoreKind::Memory.create().store;
    let state = runtime.block_on(ServerState::start(store, passwords())).unwrap();
    let clock = iron_session_tests::fixtures::clock();
    let limited = options(&clock).server_state(state.clone()).max_sessions(1, OnMaxSessions::EndOldest);
    let limited = limited.build().unwrap();
    limited.check::<Member>().unwrap();
    // Those of `Shop` are in their cookies while they fit.
    let errors = [limited.check::<Shop>().unwrap_err(), limited.check::<NoSubject>().unwrap_err()];
    for (error, session) in errors.iter().zip(["Shop", "NoSubject"]) {
        let error = error.to_string();
        assert!(error.contains(session) && error.contains("storage = \"server\""), "{error}");
    }
    let none = options(&clock).server_state(state).max_sessions(0, OnMaxSessions::RefuseNew);
    assert!(none.build().unwrap_err().to_string().contains("at least 1"));
}
