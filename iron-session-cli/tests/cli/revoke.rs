//! `revoke`: sessions that end on the servers, whose file or Redis the environment names.

use std::fs;
use std::path::Path;
use std::time::Duration;

use iron_session::server_state::{FileStore, RedisStore, ServerState, Store};
use iron_session::testing::Visitor;
use iron_session::{IronSession, Passwords, SessionOptions};
use serde_json::Value;

use super::PASSWORD;
use super::redis::{self, Redis};
use super::store::{failed, path, run_with};

const SECRET: &str = "--password-env SECRET";

#[derive(IronSession, Clone)]
#[session(revocable)]
struct Account {
    #[session(subject)]
    user: Option<String>,
}

#[derive(IronSession, Clone)]
#[session(revocable)]
struct Member {
    #[session(subject)]
    number: Option<u32>,
}

/// A server. The file of its store is free again when it is dropped.
struct Server {
    runtime: tokio::runtime::Runtime,
    options: SessionOptions,
}

impl Server {
    fn on_file(path: &Path) -> Self {
        Self::start(|| FileStore::open(path).unwrap())
    }

    fn start<S: Store>(store: impl FnOnce() -> S) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let passwords = Passwords::new(PASSWORD).unwrap();
        let state = runtime.block_on(ServerState::start(store(), passwords.clone())).unwrap();
        let options = SessionOptions::builder("sid", passwords).server_state(state).build().unwrap();
        Self { runtime, options }
    }

    /// Signs somebody in, and returns the cookie and the id.
    fn sign_in(&self, user: &str) -> (String, String) {
        let _guard = self.runtime.enter();
        let mut visitor = Visitor::new();
        visitor.visit::<Account, _>(&self.options, |session| session.sign_in(user.to_owned()));
        let cookie = visitor.cookie_header();
        let id =
            visitor.visit::<Account, _>(&self.options, |session| session.meta().id().unwrap().to_string());
        (cookie, id)
    }

    /// Signs a member in, and returns the cookie.
    fn sign_in_member(&self, number: u32) -> String {
        let _guard = self.runtime.enter();
        let mut visitor = Visitor::new();
        visitor.visit::<Member, _>(&self.options, |session| session.sign_in(number));
        visitor.cookie_header()
    }

    /// Returns why a cookie is refused.
    fn refuses<T: IronSession>(&self, cookie: &str) -> Option<&'static str> {
        let mut visitor = Visitor::with_cookies(cookie);
        visitor.visit::<T, _>(&self.options, |session| session.meta().unreadable().is_some());
        visitor.unreadable()
    }

    /// Returns whether each cookie is refused because it is revoked.
    fn revoked<const N: usize>(&self, cookies: [&str; N]) -> [bool; N] {
        cookies.map(|cookie| match self.refuses::<Account>(cookie) {
            None => false,
            Some(reason) => {
                assert_eq!(reason, "revoked");
                true
            }
        })
    }
}

#[track_caller]
fn revoke(address: &str, line: &str) -> String {
    let output = run_with(&format!("revoke {line} {SECRET}"), &[("IRON_SESSION_STORE", address)]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{line}");
    output.stdout
}

#[test]
fn revoke_ends_one_session_of_a_stopped_server() {
    let path = path("revoke-session");
    let address = path.to_str().unwrap();
    let server = Server::on_file(&path);
    let ((phone, id), (laptop, _)) = (server.sign_in("ada"), server.sign_in("ada"));
    failed(
        &format!("revoke session {id} {SECRET}"),
        &[("IRON_SESSION_STORE", address)],
        &["is open in another process", "stop the server", "let the application do the same"],
    );
    drop(server);

    let told = revoke(address, &format!("session {id}"));
    assert!(
        told.starts_with(&format!("the session {id} is revoked; the server knows it when it starts\n")),
        "{told}"
    );
    assert!(told.contains("sealed with the password `1`"), "{told}");
    let json: Value = serde_json::from_str(&revoke(address, &format!("session {id} --json"))).unwrap();
    assert_eq!((json["session"].as_str(), json["password"].as_str()), (Some(id.as_str()), Some("1")));
    assert_eq!(Server::on_file(&path).revoked([&phone, &laptop]), [true, false]);
}

#[test]
fn revoke_ends_every_session_of_a_subject() {
    let path = path("revoke-subject");
    let address = path.to_str().unwrap();
    let server = Server::on_file(&path);
    let ((ada, _), (grace, _), (bob, _)) =
        (server.sign_in("ada"), server.sign_in("grace"), server.sign_in("bob"));
    let (five, text) = (server.sign_in_member(5), server.sign_in("5").0);
    drop(server);

    let told = revoke(address, "subject --cookie sid ada");
    assert!(
        told.starts_with("every session of the text \"ada\" in the cookie `sid` that was issued until now"),
        "{told}"
    );
    let told = revoke(address, r#"subject --cookie sid "gr\u0061ce""#);
    assert!(told.contains(r#"the text "grace""#), "{told}");
    let told = revoke(address, "subject --cookie sid 5");
    assert!(told.contains("the number 5 "), "{told}");
    let json: Value = serde_json::from_str(&revoke(address, "subject --cookie other bob --json")).unwrap();
    assert_eq!((json["subject"].as_str(), json["cookie"].as_str()), (Some("bob"), Some("other")));

    let server = Server::on_file(&path);
    assert_eq!(server.revoked([&ada, &grace, &bob, &text]), [true, true, false, false]);
    assert_eq!(server.refuses::<Member>(&five), Some("revoked"));
    assert_eq!(server.revoked([&server.sign_in("ada").0]), [false], "a new session works at once");
}

#[test]
fn revoke_ends_what_was_issued_before_an_instant() {
    let path = path("revoke-before");
    let address = path.to_str().unwrap();
    let (ada, _) = Server::on_file(&path).sign_in("ada");
    let told = revoke(address, "before 2026-01-01T00:00:00+01:00");
    assert!(told.contains("issued before 2026-01-01 01:00:00 +02:00"), "{told}");
    assert_eq!(Server::on_file(&path).revoked([&ada]), [false]);

    let told = revoke(address, "before now");
    assert!(told.starts_with("every session that was issued until now is revoked"), "{told}");
    let server = Server::on_file(&path);
    let (again, _) = server.sign_in("ada");
    assert_eq!(server.revoked([&ada, &again]), [true, false]);
    drop(server);
    let told = revoke(address, "before 2999-01-01T00:00:00Z");
    assert!(told.starts_with("every session that was issued until now is revoked"), "{told}");
    assert_eq!(Server::on_file(&path).revoked([&again]), [true]);
}

/// Two servers are running.
#[test]
fn revoke_reaches_servers_on_redis() {
    let redis = Redis::start();
    let url = redis.url();
    let servers = [(); 2].map(|()| Server::start(|| RedisStore::new(&url).unwrap().with_prefix("shop:")));
    let ((ada, _), (bob, id)) = (servers[0].sign_in("ada"), servers[1].sign_in("bob"));

    let prefix = ("IRON_SESSION_STORE_PREFIX", "shop:");
    // Another application is on the same Redis.
    revoke(&url, "before now");
    for line in ["subject --cookie sid ada", &format!("session {id}")] {
        let output = run_with(&format!("revoke {line} {SECRET}"), &[("IRON_SESSION_STORE", &url), prefix]);
        assert_eq!((output.code, output.stderr.as_str()), (0, ""));
        assert!(
            output.stdout.contains("within a second") && output.stdout.contains("30 seconds"),
            "{output:?}"
        );
    }
    for server in &servers {
        for _ in 0..1000 {
            if server.revoked([&ada, &bob]) == [true, true] {
                break;
            }
            server.runtime.block_on(async { tokio::time::sleep(Duration::from_millis(10)).await });
        }
        assert_eq!(server.revoked([&ada, &bob]), [true, true]);
        assert_eq!(server.revoked([&server.sign_in("ada").0]), [false]);
    }
}

#[test]
fn revoke_says_why_nothing_was_revoked() {
    let path = path("revoke-errors");
    drop(Server::on_file(&path));
    let file = [("IRON_SESSION_STORE", path.to_str().unwrap())];
    let line = |line: &str| format!("revoke {line} {SECRET}");
    let before = line("before now");
    failed(&before, &[], &["`IRON_SESSION_STORE` is not set", "state.redb", "redis://"]);
    failed("revoke before now", &file, &["no password was given"]);
    failed(&line("subject --cookie sid null"), &file, &["`null` is not a subject"]);
    let text = path.with_extension("txt");
    fs::write(&text, "a text file").unwrap();
    failed(
        &before,
        &[("IRON_SESSION_STORE", text.to_str().unwrap())],
        &["can't be used for the server state"],
    );

    let (redis, secret) = (Redis::start(), redis::PASSWORD);
    for (url, told) in [
        (redis.url().replace(redis::PASSWORD, "wrong"), ["authentication failed", "nothing was revoked"]),
        (format!("redis://:{secret}@127.0.0.1:1"), ["refused", "nothing was revoked"]),
        (format!("rediss://:{secret}@127.0.0.1:1"), ["refused", "nothing was revoked"]),
        (format!("redis://:{secret}@localhost:port"), ["URL", "redis://host:6379"]),
    ] {
        let variables = [("IRON_SESSION_STORE", url.as_str())];
        failed(&before, &variables, &told);
        let output = run_with(&before, &variables);
        assert!(!output.stderr.contains(secret) && !output.stderr.contains("wrong"), "{output:?}");
    }

    for (command, told) in [
        ("before yesterday", "or `now`"),
        ("before 2026-01-01T00:00:00", "distance from UTC"),
        ("session short", "22 characters"),
        ("subject ada", "--cookie"),
        ("before now --store file", "--store"),
    ] {
        let output = run_with(&line(command), &file);
        assert!(output.code == 2 && output.stderr.contains(told), "{output:?}");
    }
}
