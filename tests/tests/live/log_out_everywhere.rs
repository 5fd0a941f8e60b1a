//! Two servers of different frameworks on one Redis, behind one nginx: a user logs out everywhere on one
//! of them, and the other refuses every copy of the user's cookies.

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use actix_web::{HttpResponse, HttpServer, web};
use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use iron_session::server_state::{RedisStore, ServerState};
use iron_session::{IronSession, Session, SessionLayer, SessionMiddleware, SessionOptions};
use iron_session_tests::fixtures::passwords;
use iron_session_tests::redis::Redis;

use crate::nginx::Nginx;

/// One second, with a pause of 10 ms between two polls.
const POLLS: u32 = 100;

#[derive(IronSession, Clone)]
#[session(revocable)]
struct Account {
    #[session(subject)]
    user: Option<String>,
}

async fn options(redis: &str) -> SessionOptions {
    let store = RedisStore::new(redis).unwrap();
    let state = ServerState::start(store, passwords()).await.unwrap();
    SessionOptions::builder("sid", passwords()).server_state(state).build().unwrap()
}

/// What a handler responds, after the name of its server.
fn who(session: &Session<Account>) -> String {
    session.user().unwrap_or("nobody").to_owned()
}

async fn log_out_everywhere(mut session: Session<Account>) -> String {
    match session.revoke_subject().await {
        Ok(()) => "done".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// Serves with axum until the test ends. Returns the port.
fn serve_with_axum(redis: String) -> u16 {
    let (listener, port) = listen();
    let (started, has_started) = mpsc::channel();
    thread::spawn(move || {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let sign_in = |Path(user): Path<String>, mut session: Session<Account>| async move {
                session.sign_in(user);
                "axum done"
            };
            let everywhere =
                |session: Session<Account>| async { format!("axum {}", log_out_everywhere(session).await) };
            let app = Router::new()
                .route("/sign-in/{user}", get(sign_in))
                .route(
                    "/who",
                    get(|session: Session<Account>| async move { format!("axum {}", who(&session)) }),
                )
                .route("/everywhere", get(everywhere))
                .layer(SessionLayer::<Account>::new(options(&redis).await).unwrap());
            started.send(()).unwrap();
            axum::serve(tokio::net::TcpListener::from_std(listener).unwrap(), app).await.unwrap();
        });
    });
    has_started.recv().unwrap();
    port
}

/// Serves with actix-web until the test ends. Returns the port.
fn serve_with_actix(redis: String) -> u16 {
    let (listener, port) = listen();
    let (started, has_started) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let options = options(&redis).await;
            let server = HttpServer::new(move || {
                let sign_in = |user: web::Path<String>, mut session: Session<Account>| async move {
                    session.sign_in(user.into_inner());
                    HttpResponse::Ok().body("actix done")
                };
                let who = |session: Session<Account>| async move {
                    HttpResponse::Ok().body(format!("actix {}", who(&session)))
                };
                let everywhere = |session: Session<Account>| async {
                    HttpResponse::Ok().body(format!("actix {}", log_out_everywhere(session).await))
                };
                actix_web::App::new()
                    .wrap(SessionMiddleware::<Account>::new(options.clone()).unwrap())
                    .route("/sign-in/{user}", web::get().to(sign_in))
                    .route("/who", web::get().to(who))
                    .route("/everywhere", web::get().to(everywhere))
            });
            let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
            started.send(()).unwrap();
            server.await.unwrap();
        });
    });
    has_started.recv().unwrap();
    port
}

/// A response: the server's name, what it says, and its cookie.
struct Reply {
    server: String,
    text: String,
    cookie: Option<String>,
}

fn ask(address: &str, path: &str, cookie: &str) -> Reply {
    let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
    let mut response = agent.get(format!("{address}{path}")).header("cookie", cookie).call().unwrap();
    let line = response.headers().get("set-cookie").map(|line| line.to_str().unwrap().to_owned());
    let body = response.body_mut().read_to_string().unwrap();
    assert_eq!(response.status(), 200, "{body}");
    let (server, text) = body.split_once(' ').unwrap();
    let cookie = line.map(|line| line.split(';').next().unwrap().to_owned());
    Reply { server: server.to_owned(), text: text.to_owned(), cookie }
}

#[test]
fn log_out_everywhere_reaches_the_other_server_within_a_second() {
    let redis = Redis::start("everywhere");
    let ports = [serve_with_axum(redis.url()), serve_with_actix(redis.url())];
    let servers: HashMap<_, _> = ["axum", "actix"].into_iter().zip(ports).collect();
    let nginx = Nginx::start("everywhere", ports);
    let directly = |server: &str| format!("http://127.0.0.1:{}", servers[server]);
    let sign_in = |user: &str| ask(&nginx.address, &format!("/sign-in/{user}"), "").cookie.unwrap();

    for round in 0..4 {
        let user = format!("ada{round}");
        let copies: Vec<String> = (0..6).map(|_| sign_in(&user)).collect();
        let bob = sign_in("bob");
        for cookie in &copies {
            assert_eq!(
                ["axum", "actix"].map(|server| ask(&directly(server), "/who", cookie).text),
                [user.as_str(), user.as_str()]
            );
        }

        let revoked = ask(&nginx.address, "/everywhere", &copies[0]);
        let since = Instant::now();
        assert_eq!(revoked.text, "done");
        // The requests that follow on this server.
        for cookie in &copies {
            assert_eq!(ask(&directly(&revoked.server), "/who", cookie).text, "nobody");
        }
        // Behind nginx, either of them responds.
        let other = if revoked.server == "axum" { "actix" } else { "axum" };
        let knows = |cookie: &String| ask(&directly(other), "/who", cookie).text == "nobody";
        let polls = (1..=POLLS).find(|_| {
            let all_refused = copies.iter().all(knows);
            if !all_refused {
                thread::sleep(Duration::from_millis(10));
            }
            all_refused
        });
        let polls = polls.unwrap_or_else(|| panic!("{other} still accepts a copy"));
        println!("{other} refuses every copy after {:?}, at poll {polls}", since.elapsed());

        // New logins work at once, and nobody else has noticed anything.
        let again = sign_in(&user);
        let mut seen: HashMap<String, u32> = HashMap::new();
        while seen.len() < 2 {
            for (cookie, expected) in [(&again, user.as_str()), (&bob, "bob"), (&copies[1], "nobody")] {
                let reply = ask(&nginx.address, "/who", cookie);
                assert_eq!(reply.text, expected);
                *seen.entry(reply.server).or_default() += 1;
            }
        }
    }
}
