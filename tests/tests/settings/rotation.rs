//! A rotation on three servers that share their visitors, through the file that each server
//! reads: in the right order, and in wrong ones.

use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use iron_session::{IronSession, RotatingPasswords, Session, SessionLayer, SessionOptions};
use iron_session_tests::fixtures::{OTHER_PASSWORD, PASSWORD};
use iron_session_tests::log::{Event, Log, with_sources};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tracing::Level;
use ureq::Agent;

#[derive(IronSession, Clone, Debug, Default)]
struct Visitor {
    user: Option<u32>,
    visits: u32,
}

async fn sign_in(mut session: Session<Visitor>) {
    session.user = Some(7);
}

async fn visit(mut session: Session<Visitor>) -> &'static str {
    if session.user.is_none() {
        return "signed out";
    }
    session.visits += 1;
    "signed in"
}

/// Writes the session of anybody.
async fn fill_cart(mut session: Session<Visitor>) {
    session.visits += 1;
}

async fn reload(State(passwords): State<RotatingPasswords>) -> Result<(), (StatusCode, String)> {
    let reloaded = passwords.reload().map(drop);
    reloaded.map_err(|error| (StatusCode::CONFLICT, with_sources(&error)))
}

struct Server {
    file: PathBuf,
    port: u16,
}

/// Three servers on this thread, which captures their events.
struct Servers {
    log: Log,
    runtime: Runtime,
    each: [Server; 3],
}

fn old() -> String {
    format!(r#"{{"passwords":{{"1":"{PASSWORD}"}}}}"#)
}

fn both(seal_with: u32) -> String {
    let passwords = format!(r#"{{"1":"{PASSWORD}","2":"{OTHER_PASSWORD}"}}"#);
    format!(r#"{{"seal_with":{seal_with},"passwords":{passwords}}}"#)
}

fn new() -> String {
    format!(r#"{{"passwords":{{"2":"{OTHER_PASSWORD}"}}}}"#)
}

impl Servers {
    fn start(test: &str) -> Self {
        let log = Log::capture();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let each = [1, 2, 3].map(|number| {
            let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{number}"));
            fs::write(&file, old()).unwrap();
            let passwords = RotatingPasswords::from_file(&file).unwrap();
            let options = SessionOptions::builder("sid", passwords.clone()).build().unwrap();
            let app = Router::new()
                .route("/sign-in", post(sign_in))
                .route("/visit", get(visit))
                .route("/cart", post(fill_cart))
                .layer(SessionLayer::<Visitor>::new(options).unwrap())
                .route("/reload", post(reload))
                .with_state(passwords);
            let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
            let port = listener.local_addr().unwrap().port();
            runtime.spawn(async { axum::serve(listener, app).await });
            Server { file, port }
        });
        Self { log, runtime, each }
    }

    /// Runs clients on other threads until they are done.
    fn serve<R: Send>(&self, clients: impl FnOnce(&[Server; 3]) -> R + Send) -> R {
        thread::scope(|scope| {
            let clients = scope.spawn(|| clients(&self.each));
            self.runtime.block_on(async {
                while !clients.is_finished() {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
            });
            clients.join().unwrap()
        })
    }
}

impl Server {
    fn take(&self, passwords: &str) {
        fs::write(&self.file, passwords).unwrap();
        assert_eq!(Client::default().post(self, "/reload"), (200, String::new()));
    }
}

/// A browser that follows the session's cookie.
#[derive(Default)]
struct Client {
    cookie: String,
}

impl Client {
    fn signed_in(server: &Server) -> Self {
        let mut client = Self::default();
        assert_eq!(client.post(server, "/sign-in").0, 200);
        client
    }

    fn agent() -> Agent {
        Agent::config_builder().http_status_as_error(false).build().new_agent()
    }

    fn get(&mut self, server: &Server, path: &str) -> (u16, String) {
        let request = Self::agent().get(format!("http://127.0.0.1:{}{path}", server.port));
        self.receive(request.header("cookie", &self.cookie).call().unwrap())
    }

    fn post(&mut self, server: &Server, path: &str) -> (u16, String) {
        let request = Self::agent().post(format!("http://127.0.0.1:{}{path}", server.port));
        self.receive(request.header("cookie", &self.cookie).send_empty().unwrap())
    }

    fn receive(&mut self, mut response: http::Response<ureq::Body>) -> (u16, String) {
        if let Some(line) = response.headers().get("set-cookie") {
            line.to_str().unwrap().split(';').next().unwrap().clone_into(&mut self.cookie);
        }
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    fn visits(&mut self, server: &Server) -> String {
        let (status, body) = self.get(server, "/visit");
        assert_eq!(status, 200, "{body}");
        body
    }

    /// The id in the cookie's seal.
    fn id(&self) -> &str {
        self.cookie.split('*').nth(1).unwrap()
    }
}

/// How often visitors were seen signed in and signed out.
#[derive(Default)]
struct Load {
    signed_in: AtomicU32,
    signed_out: AtomicU32,
    is_over: AtomicBool,
}

impl Load {
    const VISITORS: usize = 4;

    /// Does something while visitors go from server to server. Returns their cookies' ids.
    fn run(&self, servers: &[Server; 3], act: impl FnOnce()) -> Vec<String> {
        thread::scope(|scope| {
            let visitors: Vec<_> = (0..Self::VISITORS)
                .map(|first| {
                    scope.spawn(move || {
                        let mut client = Client::signed_in(&servers[first % 3]);
                        for server in servers.iter().cycle().skip(first) {
                            let seen = if client.visits(server) == "signed in" {
                                &self.signed_in
                            } else {
                                &self.signed_out
                            };
                            seen.fetch_add(1, Ordering::SeqCst);
                            if self.is_over.load(Ordering::SeqCst) {
                                break;
                            }
                        }
                        client.id().to_owned()
                    })
                })
                .collect();
            self.wait();
            act();
            self.wait();
            self.is_over.store(true, Ordering::SeqCst);
            visitors.into_iter().map(|visitor| visitor.join().unwrap()).collect()
        })
    }

    /// Waits until every server has seen every visitor several times.
    fn wait(&self) {
        let seen = || self.signed_in.load(Ordering::SeqCst) + self.signed_out.load(Ordering::SeqCst);
        let (until, patience) = (seen() + 60, Instant::now() + Duration::from_secs(60));
        while seen() < until {
            assert!(Instant::now() < patience, "a visitor failed");
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Returns the errors that warnings tell about cookies with unknown passwords. There must be no
/// other warnings.
fn unknown_passwords(events: &[Event]) -> Vec<&str> {
    let warnings = events.iter().filter(|event| event.level <= Level::WARN);
    warnings
        .map(|event| {
            assert_eq!(event.message, "session cookie not readable", "{event}");
            assert_eq!(event.field("reason"), Some("unknown_password"), "{event}");
            event.field("error").unwrap()
        })
        .collect()
}

#[test]
fn a_rotation_in_two_phases_signs_nobody_out() {
    let servers = Servers::start("in-order");
    let load = Load::default();
    let ids = servers.serve(|servers| {
        load.run(servers, || {
            for step in [both(1), both(2), new()] {
                for server in servers {
                    server.take(&step);
                    load.wait();
                }
            }
        })
    });
    assert_eq!(load.signed_out.load(Ordering::SeqCst), 0);
    assert_eq!(ids, ["2"; Load::VISITORS]);
    let events = servers.log.take();
    assert!(events.iter().all(|event| event.message == "passwords replaced"), "{events:#?}");
    assert_eq!(events.len(), 9);
}

#[test]
fn a_new_password_that_seals_at_once_signs_visitors_out_until_all_servers_have_it() {
    let servers = Servers::start("seals-at-once");
    let load = Load::default();
    servers.serve(|servers| {
        load.run(servers, || {
            servers[0].take(&both(2));
            load.wait();
            assert!(load.signed_out.load(Ordering::SeqCst) > 0);
        })
    });
    let events = servers.log.take();
    let warnings = unknown_passwords(&events);
    assert!(matches!(warnings.len(), 1 | 2), "one a minute for each server: {warnings:#?}");
    for warning in warnings {
        assert!(warning.starts_with("sealed with password id `2`, which is not in the set"), "{warning}");
    }

    // The others get the new password, as they should have before.
    let load = Load::default();
    servers.serve(|servers| {
        let mut met = Client::signed_in(&servers[0]);
        let mut lost = Client::signed_in(&servers[0]);
        assert_eq!((met.id(), lost.id()), ("2", "2"));
        assert_eq!(met.visits(&servers[1]), "signed out");
        // A server that writes the session of somebody it does not know overwrites the login.
        lost.post(&servers[1], "/cart");

        for server in &servers[1..] {
            server.take(&both(1));
        }
        for server in servers {
            assert_eq!(met.visits(server), "signed in");
            assert_eq!(lost.visits(server), "signed out");
        }
        load.run(servers, || ());
    });
    assert_eq!(load.signed_out.load(Ordering::SeqCst), 0);
}

#[test]
fn an_old_password_that_goes_too_early_signs_visitors_out_until_it_is_back() {
    let servers = Servers::start("gone-too-early");
    servers.serve(|servers| {
        let mut early = Client::signed_in(&servers[0]);
        for step in [both(1), both(2)] {
            for server in servers {
                server.take(&step);
            }
        }
        servers[2].take(&new());
        assert_eq!(early.visits(&servers[2]), "signed out");
        servers[2].take(&both(2));
        assert_eq!(early.visits(&servers[2]), "signed in");

        // Its session now has the new password.
        assert_eq!(early.id(), "2");
        for server in servers {
            server.take(&new());
        }
        assert!(servers.iter().all(|server| early.visits(server) == "signed in"));
    });
    let events = servers.log.take();
    let warnings = unknown_passwords(&events);
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    assert!(warnings[0].starts_with("sealed with password id `1`, which is not in the set"), "{warnings:#?}");
}

#[test]
fn a_file_that_is_no_set_of_passwords_changes_nothing() {
    let servers = Servers::start("broken");
    servers.serve(|servers| {
        let mut client = Client::signed_in(&servers[0]);
        fs::write(&servers[0].file, r#"{"passwords":"#).unwrap();
        let (status, told) = Client::default().post(&servers[0], "/reload");
        assert_eq!(status, 409);
        assert!(told.contains("broken-1") && told.contains("look like JSON"), "{told}");
        assert_eq!(client.visits(&servers[0]), "signed in");
    });
    servers.log.assert_silent();
}
