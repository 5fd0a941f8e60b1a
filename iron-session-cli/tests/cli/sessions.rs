//! `sessions`: the sessions in the store of servers, which is a file or Redis.

use iron_session::server_state::{FileStore, RedisStore, ServerState, Store};
use iron_session::testing::Visitor;
use iron_session::{IronSession, Passwords, SessionOptions};
use serde_json::Value;

use super::redis::Redis;
use super::store::{failed, path, run_with};
use super::{Output, PASSWORD};

#[derive(IronSession, Clone)]
#[session(storage = "server")]
struct Account {
    #[session(subject)]
    user: Option<String>,
}

/// Signs users in on a server, and returns the ids of their sessions. The server has stopped then.
fn sign_in<S: Store>(store: impl FnOnce() -> S, users: &[&str]) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let passwords = Passwords::new(PASSWORD).unwrap();
    let state = runtime.block_on(ServerState::start(store(), passwords.clone())).unwrap();
    let options = SessionOptions::builder("sid", passwords).server_state(state).build().unwrap();
    let users: Vec<_> = users.iter().map(|user| (*user).to_owned()).collect();
    let visit = move |user: String| {
        let mut visitor = Visitor::new();
        visitor.visit::<Account, _>(&options, |session| session.sign_in(user));
        visitor.visit::<Account, _>(&options, |session| session.meta().id().unwrap().to_string())
    };
    // On another thread, because a visit blocks until the store has responded.
    let visits = move || users.into_iter().map(visit).collect();
    runtime.block_on(async { tokio::task::spawn_blocking(visits).await.unwrap() })
}

/// Lists the sessions of a user, in both forms.
fn list(user: &str, variables: &[(&str, &str)]) -> (String, Value) {
    let run = |more: &str| {
        let line = format!("sessions --cookie sid {user} --password-env SECRET{more}");
        let Output { code, stdout, stderr } = run_with(&line, variables);
        assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
        stdout
    };
    (run(""), serde_json::from_str(&run(" --json")).unwrap())
}

#[track_caller]
fn assert_listed(variables: &[(&str, &str)], ids: &[String]) {
    let (text, json) = list("ada", variables);
    assert!(text.starts_with("2 sessions of the text \"ada\" in the cookie `sid`\n\n"), "{text}");
    assert_eq!((json["subject"].as_str(), json["cookie"].as_str()), (Some("ada"), Some("sid")));
    let sessions = json["sessions"].as_array().unwrap();
    let mut found: Vec<_> = sessions.iter().map(|session| session["id"].as_str().unwrap()).collect();
    found.sort_unstable();
    let mut expected = [ids[0].as_str(), ids[2].as_str()];
    expected.sort_unstable();
    assert_eq!(found, expected);
    for session in sessions {
        let (issued, written) =
            (session["issued_ms"].as_u64().unwrap(), session["written_ms"].as_u64().unwrap());
        assert!(written > 1_700_000_000_000 && issued > 1_700_000_000_000, "{session}");
        let heading = format!("\n{}\n  issued   20", session["id"].as_str().unwrap());
        assert!(text.contains(&heading), "{text}");
    }
    assert_eq!(text.matches("\n  written  20").count(), 2, "{text}");

    let (text, json) = list("grace", variables);
    assert!(text.starts_with("no session of the text \"grace\""), "{text}");
    assert!(text.contains("whether the passwords are those of the servers"), "{text}");
    assert_eq!(json["sessions"], Value::Array(Vec::new()));
}

#[test]
fn sessions_are_listed_from_a_file() {
    let path = path("sessions");
    let address = [("IRON_SESSION_STORE", path.to_str().unwrap())];
    let ids = sign_in(|| FileStore::open(&path).unwrap(), &["ada", "bob", "ada"]);
    assert_listed(&address, &ids);

    // One of them is ended, and is listed no longer.
    let line = format!("revoke session {} --password-env SECRET", ids[0]);
    assert_eq!(run_with(&line, &address).code, 0);
    let (text, json) = list("ada", &address);
    assert!(text.starts_with("1 session of"), "{text}");
    assert_eq!(json["sessions"][0]["id"].as_str(), Some(ids[2].as_str()));
    let line = "revoke subject --cookie sid ada --password-env SECRET";
    assert_eq!(run_with(line, &address).code, 0);
    assert!(list("ada", &address).0.starts_with("no session"), "a subject that was revoked has none");
}

#[test]
fn sessions_are_listed_from_redis() {
    let redis = Redis::start();
    let url = redis.url();
    let ids = sign_in(|| RedisStore::new(&url).unwrap().with_prefix("shop:"), &["ada", "bob", "ada"]);
    let address = ("IRON_SESSION_STORE", url.as_str());
    assert_listed(&[address, ("IRON_SESSION_STORE_PREFIX", "shop:")], &ids);
    assert!(list("ada", &[address]).0.starts_with("no session"), "another application has the same Redis");
}

#[test]
fn sessions_says_why_nothing_was_listed() {
    let line = "sessions --cookie sid ada --password-env SECRET";
    failed(line, &[], &["`IRON_SESSION_STORE` is not set"]);
    failed("sessions --cookie sid ada", &[("IRON_SESSION_STORE", "x")], &["no password was given"]);
    let redis = Redis::start();
    let wrong = redis.url().replace(super::redis::PASSWORD, "wrong");
    let variables = [("IRON_SESSION_STORE", wrong.as_str())];
    failed(line, &variables, &["authentication failed", "check `IRON_SESSION_STORE`"]);
    let output = run_with(line, &variables);
    assert!(!output.stderr.contains("wrong") && !output.stderr.contains("revoked"), "{output:?}");
    for (line, told) in [
        ("sessions ada --password-env SECRET", "--cookie"),
        ("sessions --cookie sid --password-env SECRET", "SUBJECT"),
        ("sessions --cookie sid ada --store redis://x --password-env SECRET", "--store"),
    ] {
        let output = run_with(line, &[]);
        assert!(output.code == 2 && output.stderr.contains(told), "{output:?}");
    }
}
