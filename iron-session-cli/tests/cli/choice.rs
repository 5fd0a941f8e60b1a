//! The cookie that `inspect` shows is the one that a server takes, for every pair of cookies.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use iron_session::clock::{Clock as _, ManualClock, SystemClock};
use iron_session::session::RequestSession;
use iron_session::{Passwords, Sealer, SessionOptions, Untyped};
use serde_json::{Value, json};

use super::{PASSWORD, run};

/// One cookie of each kind that a server treats in its own way.
fn seals() -> Vec<(&'static str, String)> {
    let day = Duration::from_secs(24 * 60 * 60);
    let seal_of = |ago: Duration, payload: Value| {
        let now = SystemClock.now().saturating_sub(ago);
        let sealer = Sealer::new(Passwords::new(PASSWORD).unwrap()).with_clock(ManualClock::at(now));
        sealer.seal(&payload).unwrap()
    };
    let user = |name: &str| json!({ "user": name });
    let new = seal_of(Duration::ZERO, user("new"));
    let remembered = {
        let payload = json!({ "$": { "t": 365 * 24 * 60 * 60 }, "user": "remembered" });
        let sealer = Sealer::new(Passwords::new(PASSWORD).unwrap()).with_ttl(365 * day);
        let then = SystemClock.now().saturating_sub(day);
        sealer.with_clock(ManualClock::at(then)).seal(&payload).unwrap()
    };
    let other = Sealer::new(Passwords::new("another password of 32 characters").unwrap());
    vec![
        ("sealed an hour ago", seal_of(Duration::from_secs(3600), user("old"))),
        ("sealed a day ago, with a lifetime of its own", remembered),
        ("expired", seal_of(30 * day, user("expired"))),
        ("no session", seal_of(Duration::ZERO, json!(42))),
        ("unknown password", new.replacen("*1*", "*9*", 1)),
        ("other password", other.seal(&user("forged")).unwrap()),
        ("cut short", new[..new.len() - 50].to_owned()),
        ("sealed now", new),
    ]
}

/// The requests with these two: as one cookie each, or in chunks.
fn headers(first: &str, second: &str) -> [String; 4] {
    let chunks = |seal: &str| {
        let (start, end) = seal.split_at(100);
        format!("sid.0={start}; sid.1={end}")
    };
    [
        format!("sid={first}; sid={second}"),
        format!("sid={first}; {}", chunks(second)),
        format!("{}; {}", chunks(first), chunks(second)),
        format!("sid.1={}; sid={second}", &first[100..]),
    ]
}

#[test]
fn the_command_shows_what_a_server_takes() {
    let reasons = Arc::new(Mutex::new(Vec::new()));
    let options = SessionOptions::builder("sid", Passwords::new(PASSWORD).unwrap()).on_unseal_error({
        let reasons = Arc::clone(&reasons);
        move |error| reasons.lock().unwrap().push(error.reason())
    });
    let options = options.build().unwrap().check::<Untyped>().unwrap();
    let server = |header: &str| {
        let session = RequestSession::new(options.clone()).handle([header]).unwrap();
        let user = session.get::<String>("user");
        let reason = reasons.lock().unwrap().pop().unwrap_or("valid");
        (reason.to_owned(), user)
    };
    let command = |header: &str| {
        let output = run("inspect --json --name sid --password-env SECRET", header);
        let json = if output.stdout.is_empty() { &output.stderr } else { &output.stdout };
        let json: Value = serde_json::from_str(json).unwrap();
        let reason = json["status"].as_str().or(json["error"].as_str()).unwrap();
        let user = json["payload"]["user"].as_str().filter(|_| reason == "valid");
        // The command also guesses why the MAC does not match.
        (reason.replace("damaged", "forged"), user.map(str::to_owned))
    };
    let seals = seals();
    for (first_kind, first) in &seals {
        for (second_kind, second) in &seals {
            for header in headers(first, second) {
                assert_eq!(command(&header), server(&header), "{first_kind}, {second_kind}: {header}");
            }
        }
    }
}
