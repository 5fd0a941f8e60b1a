//! Three servers, two with axum and one with actix-web.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use actix_web::{HttpResponse, HttpServer, web};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use iron_session::{
    IronSession, RotatingPasswords, Session, SessionLayer, SessionMiddleware, SessionOptions,
};
use iron_session_tests::fixtures::{OTHER_PASSWORD, PASSWORD};
use iron_session_tests::log::{Log, with_sources};
use tokio::runtime::{Builder, Runtime};

use super::visitors::Client;

#[derive(IronSession, Clone, Debug, Default)]
struct Visitor {
    user: Option<u32>,
    visits: u32,
}

async fn sign_in(mut session: Session<Visitor>) -> &'static str {
    session.user = Some(7);
    ""
}

async fn visit(mut session: Session<Visitor>) -> &'static str {
    if session.user.is_none() {
        return "signed out";
    }
    session.visits += 1;
    "signed in"
}

/// Writes the session of anybody.
async fn fill_cart(mut session: Session<Visitor>) -> &'static str {
    session.visits += 1;
    ""
}

/// Returns the status and the text of the response.
fn reload(passwords: &RotatingPasswords) -> (u16, String) {
    match passwords.reload() {
        Ok(_) => (200, String::new()),
        Err(error) => (409, with_sources(&error)),
    }
}

fn options(passwords: &RotatingPasswords) -> SessionOptions {
    SessionOptions::builder("sid", passwords.clone()).build().unwrap()
}

/// Serves with axum on the thread of the runtime.
fn serve_axum(runtime: &Runtime, listener: TcpListener, passwords: RotatingPasswords) {
    let reload = async |State(passwords): State<RotatingPasswords>| {
        let (status, text) = reload(&passwords);
        (StatusCode::from_u16(status).unwrap(), text)
    };
    let app = Router::new()
        .route("/sign-in", post(sign_in))
        .route("/visit", get(visit))
        .route("/cart", post(fill_cart))
        .layer(SessionLayer::<Visitor>::new(options(&passwords)).unwrap())
        .route("/reload", post(reload))
        .with_state(passwords);
    listener.set_nonblocking(true).unwrap();
    let listener = runtime.block_on(async { tokio::net::TcpListener::from_std(listener).unwrap() });
    runtime.spawn(async { axum::serve(listener, app).await });
}

/// Serves with actix-web, which starts a thread of its own. The log captures its events as well.
fn serve_actix(runtime: &Runtime, listener: TcpListener, passwords: RotatingPasswords, log: &Log) {
    let capture = log.on_another_thread();
    let reload = async |passwords: web::Data<RotatingPasswords>| {
        let (status, text) = reload(&passwords);
        HttpResponse::build(status.try_into().unwrap()).body(text)
    };
    let app = move || {
        capture();
        let sessions = SessionMiddleware::<Visitor>::new(options(&passwords)).unwrap();
        let pages = web::scope("")
            .wrap(sessions)
            .route("/sign-in", web::post().to(sign_in))
            .route("/visit", web::get().to(visit))
            .route("/cart", web::post().to(fill_cart));
        let passwords = web::Data::new(passwords.clone());
        actix_web::App::new().app_data(passwords).route("/reload", web::post().to(reload)).service(pages)
    };
    runtime.block_on(async {
        let server = HttpServer::new(app).workers(1).disable_signals().listen(listener).unwrap();
        tokio::spawn(server.run());
    });
}

pub(super) struct Server {
    pub(super) file: PathBuf,
    pub(super) port: u16,
}

/// Three servers: two with axum on this thread, and one with actix-web.
pub(super) struct Servers {
    /// Their events.
    pub(super) log: Log,
    runtime: Runtime,
    pub(super) each: [Server; 3],
}

fn old() -> String {
    format!(r#"{{"passwords":{{"1":"{PASSWORD}"}}}}"#)
}

pub(super) fn both(seal_with: u32) -> String {
    let passwords = format!(r#"{{"1":"{PASSWORD}","2":"{OTHER_PASSWORD}"}}"#);
    format!(r#"{{"seal_with":{seal_with},"passwords":{passwords}}}"#)
}

pub(super) fn new() -> String {
    format!(r#"{{"passwords":{{"2":"{OTHER_PASSWORD}"}}}}"#)
}

impl Servers {
    pub(super) fn start(test: &str) -> Self {
        let log = Log::capture();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let each = [1, 2, 3].map(|number| {
            let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{number}"));
            fs::write(&file, old()).unwrap();
            let passwords = RotatingPasswords::from_file(&file).unwrap();
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let port = listener.local_addr().unwrap().port();
            if number == 3 {
                serve_actix(&runtime, listener, passwords, &log);
            } else {
                serve_axum(&runtime, listener, passwords);
            }
            Server { file, port }
        });
        Self { log, runtime, each }
    }

    /// Runs clients on other threads until they are done.
    pub(super) fn serve<R: Send>(&self, clients: impl FnOnce(&[Server; 3]) -> R + Send) -> R {
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
    /// Lets the server reload its file with this text.
    pub(super) fn take(&self, passwords: &str) {
        fs::write(&self.file, passwords).unwrap();
        assert_eq!(Client::default().post(self, "/reload"), (200, String::new()));
    }
}
