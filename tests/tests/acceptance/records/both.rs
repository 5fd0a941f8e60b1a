//! Requests of one visitor change a session at the same time, on several servers.

use std::sync::Arc;

use super::*;
use iron_session_tests::on_every_store;
use tokio::sync::Barrier;

on_every_store![
    no_change_of_eight_requests_is_lost,
    a_session_that_outgrows_its_cookie_twice_loses_nothing,
    a_counter_is_not_what_an_id_is,
];

const ALL: usize = 8;

/// A site whose requests change the session only after all of them have read it.
fn meeting(barrier: &Arc<Barrier>) -> impl Fn(SessionOptionsBuilder) -> Site<Shop> + use<> {
    let barrier = Arc::clone(barrier);
    move |options| {
        let mut site = site(options);
        for (path, tag) in [
            ("/0", "zero"),
            ("/1", "one"),
            ("/2", "two"),
            ("/3", "three"),
            ("/4", "four"),
            ("/5", "five"),
            ("/6", "six"),
            ("/7", "seven"),
        ] {
            let barrier = Arc::clone(&barrier);
            site = site.route(path, move |mut session| {
                let barrier = Arc::clone(&barrier);
                async move {
                    barrier.wait().await;
                    session.tags.insert(tag.to_owned(), "x".repeat(400));
                    session.cart.push(tag.to_owned());
                    drop(session.clone());
                    session.update(|session| session.set_visits(session.visits() + 1));
                    ok()
                }
            });
        }
        let tell = |session: Session<Shop>| async move {
            let tags = session.tags.keys().cloned().collect::<Vec<_>>().join(" ");
            text(format!("{} {} {tags}", session.visits(), session.cart.len()))
        };
        site.route("/tell", tell)
    }
}

async fn send_all<S>(one: &Server<S>, two: &Server<S>, copy: &str) -> Vec<iron_session_tests::Response> {
    let responses = tokio::join!(
        one.with(copy, "/0"),
        two.with(copy, "/1"),
        one.with(copy, "/2"),
        two.with(copy, "/3"),
        one.with(copy, "/4"),
        two.with(copy, "/5"),
        one.with(copy, "/6"),
        two.with(copy, "/7"),
    );
    <[_; ALL]>::from(responses).into()
}

const TOLD: &str = "8 8 five four one seven six three two zero";

async fn no_change_of_eight_requests_is_lost(framework: Framework, kind: StoreKind) {
    let servers = Servers::slow(kind);
    let barrier = Arc::new(Barrier::new(ALL));
    let mut one = servers.start_with(framework, meeting(&barrier)).await;
    let two = servers.start_with(framework, meeting(&barrier)).await;
    one.browser.get("/ada").await;
    let responses = send_all(&one, &two, &one.copy()).await;
    for response in &responses {
        assert_eq!(response.status, 200);
    }
    // Whichever response arrives last.
    for response in responses {
        let copy = response.set_cookies()[0].value.clone();
        assert_eq!(two.with(&copy, "/tell").await.body, TOLD);
    }
    assert_eq!(one.browser.get("/who").await.body, "ada@example.com");
}

/// All of them read the same cookie, and each moves the session to the record.
async fn a_session_that_outgrows_its_cookie_twice_loses_nothing(framework: Framework, kind: StoreKind) {
    let servers = Servers::slow(kind);
    let barrier = Arc::new(Barrier::new(ALL));
    let small = |options: SessionOptionsBuilder| {
        meeting(&barrier)(options).route("/almost", |mut session| async move {
            session.set_note(noise(2500));
            ok()
        })
    };
    let mut one = servers.start_with(framework, small).await;
    let two = servers.start_with(framework, meeting(&barrier)).await;
    one.browser.get("/almost").await;
    let copy = one.copy();
    assert!(servers.held(&copy)["note"].is_string());
    for response in send_all(&one, &two, &copy).await {
        let copy = response.set_cookies()[0].value.clone();
        assert_eq!(two.with(&copy, "/tell").await.body, TOLD);
    }
}

/// The sum of two ids would be the id of somebody else.
async fn a_counter_is_not_what_an_id_is(framework: Framework, kind: StoreKind) {
    #[derive(IronSession, Clone)]
    #[session(storage = "server", json_schema)]
    struct Numbers {
        account_id: u64,
        #[session(counter)]
        small: u8,
        #[session(counter)]
        left: i32,
    }
    let servers = Servers::slow(kind);
    let barrier = Arc::new(Barrier::new(2));
    let site = |options| {
        let meet = |path, account_id| {
            let barrier = Arc::clone(&barrier);
            (path, move |mut session: Session<Numbers>| {
                let barrier = Arc::clone(&barrier);
                async move {
                    barrier.wait().await;
                    session.set_account_id(account_id);
                    session.small += 100;
                    session.left -= 3;
                    ok()
                }
            })
        };
        let (first, second) = (meet("/20", 20), meet("/30", 30));
        Site::<Numbers>::new(options)
            .route(first.0, first.1)
            .route(second.0, second.1)
            .route("/start", |mut session| async move {
                session.set_account_id(10_u64);
                session.set_small(60);
                session.set_left(7);
                ok()
            })
            .route("/tell", |session| async move {
                text(format!("{} {} {}", session.account_id(), session.small(), session.left()))
            })
    };
    let mut server = servers.start_with(framework, site).await;
    server.browser.get("/start").await;
    let copy = server.copy();
    let (first, second) = tokio::join!(server.with(&copy, "/20"), server.with(&copy, "/30"));
    assert_eq!([first.status, second.status], [200, 200]);
    let told = server.browser.get("/tell").await.body;
    // 260 is no `u8`, so that the later write counts, of everything.
    assert!(["20 160 4", "30 160 4"].contains(&told.as_str()), "{told}");
}
