//! One login with h3 1 and h3 2, in real servers. Nuxt and Nitro keep their sessions with h3.

use std::time::Duration;

use iron_session::clock::{Clock as _, ManualClock, SystemClock, Timestamp};
use iron_session::session::{RequestSession, Unreadable};
use iron_session::{
    IronSession, Passwords, Profile, Sealer, Session, SessionOptions, SessionOptionsBuilder, Ttl,
};
use iron_session_tests::Jar;
use iron_session_tests::fixtures::{PASSWORD, noise, passwords};
use iron_session_tests::node::{self, Server};
use serde_json::{Value, json};
use ureq::Agent;

const COOKIE: &str = "app_session";

/// The `maxAge` of both servers.
const MAX_AGE: Duration = Duration::from_secs(60 * 60);

#[derive(IronSession, Clone)]
#[session(rename_all = "camelCase", javascript)]
struct Account {
    #[session(subject)]
    user_name: Option<String>,
    count: Option<u32>,
}

/// It may take several cookies.
#[derive(IronSession, Clone)]
#[session(javascript, max_cookies = 4)]
struct Letter {
    text: Option<String>,
}

#[derive(Clone, Copy)]
enum H3 {
    V1,
    V2,
}

impl H3 {
    fn start(self) -> Server {
        let program = match self {
            Self::V1 => "servers/h3-1.mjs",
            Self::V2 => "servers/h3-2.mjs",
        };
        Server::start(node::node(program).env("SESSION_SECRET", PASSWORD))
    }
}

/// A browser on a host with a Rust server and an h3 server.
struct Visitor {
    h3: Server,
    jar: Jar,
    agent: Agent,
    profile: Profile,
}

impl Visitor {
    fn new(h3: H3, profile: Profile) -> Self {
        let agent = Agent::config_builder().http_status_as_error(false).build().into();
        let clock = ManualClock::at(Timestamp::from_unix_ms(0));
        Self { h3: h3.start(), jar: Jar::new("127.0.0.1", &clock), agent, profile }
    }

    fn options(&self) -> SessionOptionsBuilder {
        SessionOptions::builder(COOKIE, passwords()).profile(self.profile)
    }

    /// Visits the Rust server. Returns the result, and whether the response sets cookies.
    fn rust<T: IronSession, R>(&mut self, visit: impl FnOnce(&mut Session<T>) -> R) -> (R, bool) {
        self.rust_with(self.options(), visit)
    }

    fn rust_with<T: IronSession, R>(
        &mut self,
        options: SessionOptionsBuilder,
        visit: impl FnOnce(&mut Session<T>) -> R,
    ) -> (R, bool) {
        let request = RequestSession::<T>::new(options.build().unwrap().check().unwrap());
        let mut session = request.handle(self.jar.header("/")).unwrap();
        let result = visit(&mut session);
        drop(session);
        let commit = request.commit(200);
        assert!(!commit.replace_response);
        self.jar.store_all(commit.set_cookies.iter().map(String::as_str));
        (result, !commit.set_cookies.is_empty())
    }

    /// Returns the user name on the Rust server, or why the cookie can't be read.
    fn whoami(&mut self) -> Result<Option<String>, &'static str> {
        self.rust::<Account, _>(|session| match session.meta().unreadable() {
            Some(reason) => Err(reason.reason()),
            None => Ok(session.user_name().map(str::to_owned)),
        })
        .0
    }

    /// Visits the h3 server.
    fn h3(&mut self, path: &str, body: Option<&Value>) -> Value {
        let address = format!("{}{path}", self.h3.address.trim_end_matches('/'));
        let cookies = self.jar.header("/").unwrap_or_default();
        let mut response = match body {
            Some(body) => {
                let request = self.agent.post(address).header("cookie", cookies);
                request.header("content-type", "application/json").send(body.to_string())
            }
            None => self.agent.get(address).header("cookie", cookies).call(),
        }
        .unwrap();
        let lines = response.headers().get_all("set-cookie").iter();
        let lines: Vec<_> = lines.map(|line| line.to_str().unwrap().to_owned()).collect();
        self.jar.store_all(lines.iter().map(String::as_str));
        let text = response.body_mut().read_to_string().unwrap();
        assert_eq!(response.status(), 200, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Returns what the cookie holds.
    fn payload(&self) -> Value {
        let sealer = Sealer::new(passwords()).with_profile(Profile::H3V2);
        sealer.unseal(self.jar.value(COOKIE).unwrap()).unwrap()
    }

    /// Makes a new browser with a cookie that holds this, sealed as h3 1 does it.
    fn with_payload(&mut self, payload: &Value) {
        self.jar = Jar::new("127.0.0.1", &ManualClock::at(Timestamp::from_unix_ms(0)));
        let sealer = Sealer::new(passwords()).with_profile(Profile::H3V1).with_ttl(Ttl::Unlimited);
        self.jar.store(&format!("{COOKIE}={}; Path=/", sealer.seal(payload).unwrap()));
    }
}

/// Signs in and out on both servers.
fn a_login_counts_on_both_servers(h3: H3, profile: Profile) {
    let mut visitor = Visitor::new(h3, profile);
    // h3 makes a session for every visitor.
    assert_eq!(visitor.h3("/session", None), json!({}));
    let new = visitor.payload();
    assert_eq!(visitor.whoami(), Ok(None));
    assert_eq!(visitor.payload(), new, "nothing was written");

    visitor.h3("/merge", Some(&json!({ "userName": "Ada", "theme": { "dark": true } })));
    assert_eq!(visitor.whoami(), Ok(Some("Ada".to_owned())));
    visitor.rust::<Account, _>(|session| session.set_count(7));
    let data = json!({ "userName": "Ada", "theme": { "dark": true }, "count": 7 });
    assert_eq!(visitor.h3("/session", None), data);
    let written = visitor.payload();
    assert_eq!((&written["id"], &written["createdAt"]), (&new["id"], &new["createdAt"]));

    visitor.h3("/logout", Some(&json!({})));
    assert_eq!(visitor.whoami(), Ok(None));
    assert_eq!(visitor.h3("/session", None), json!({}));

    // A sign-in makes a new session, for h3 as well.
    visitor.h3("/merge", Some(&json!({ "cart": [1] })));
    let before = visitor.payload();
    visitor.rust::<Account, _>(|session| session.sign_in("Grace".to_owned()));
    assert_eq!(visitor.h3("/session", None), json!({ "userName": "Grace" }));
    let after = visitor.payload();
    assert_ne!(after["id"], before["id"]);
    assert_eq!(after["id"].as_str().map(str::len), Some(22), "h3 keeps the id that it is given");

    visitor.rust::<Account, _>(Session::destroy);
    assert_eq!(visitor.h3("/session", None), json!({}));

    // And without any session before.
    visitor.jar = Jar::new("127.0.0.1", &ManualClock::at(Timestamp::from_unix_ms(0)));
    visitor.rust::<Account, _>(|session| session.sign_in("Alan".to_owned()));
    assert_eq!(visitor.h3("/session", None), json!({ "userName": "Alan" }));
    assert_eq!(visitor.whoami(), Ok(Some("Alan".to_owned())));
}

#[test]
fn with_h3_1() {
    a_login_counts_on_both_servers(H3::V1, Profile::H3V1);
}

#[test]
fn with_h3_2() {
    a_login_counts_on_both_servers(H3::V2, Profile::H3V2);
}

#[test]
fn with_either_during_an_upgrade() {
    a_login_counts_on_both_servers(H3::V1, Profile::H3V1AndV2);
    a_login_counts_on_both_servers(H3::V2, Profile::H3V1AndV2);
}

#[test]
fn h3_2_replaces_what_was_sealed_with_one_round() {
    let mut visitor = Visitor::new(H3::V2, Profile::H3V1);
    visitor.rust::<Account, _>(|session| session.sign_in("Ada".to_owned()));
    let sealed_once = visitor.jar.clone();
    assert_eq!(visitor.h3("/session", None)["userName"], "Ada");
    assert_ne!(visitor.jar.value(COOKIE), sealed_once.value(COOKIE), "h3 2 has replaced it");
    assert_eq!(visitor.whoami(), Err("forged"), "this profile does not derive keys with many rounds");
    for profile in [Profile::H3V1AndV2, Profile::H3V2] {
        visitor.profile = profile;
        assert_eq!(visitor.whoami(), Ok(Some("Ada".to_owned())));
    }

    // A profile of h3 2 also reads what h3 1 has sealed, and replaces it.
    visitor.jar = sealed_once;
    let options = visitor.options().reseal_on_read();
    assert!(visitor.rust_with::<Account, _>(options, |session| session.count().copied()).1);
    let options = visitor.options().reseal_on_read();
    assert!(!visitor.rust_with::<Account, _>(options, |session| session.count().copied()).1);
    visitor.profile = Profile::H3V1;
    assert_eq!(visitor.whoami(), Err("forged"));
}

#[test]
fn h3_1_reads_the_seals_of_an_upgrade_but_not_those_of_h3_2() {
    let mut visitor = Visitor::new(H3::V1, Profile::H3V1AndV2);
    visitor.rust::<Account, _>(|session| session.sign_in("Ada".to_owned()));
    assert_eq!(visitor.h3("/session", None)["userName"], "Ada");
    visitor.profile = Profile::H3V2;
    visitor.rust::<Account, _>(|session| session.set_count(1));
    assert_eq!(visitor.h3("/session", None), json!({}));
}

#[test]
fn a_session_in_several_cookies_passes_between_both_servers() {
    let mut visitor = Visitor::new(H3::V2, Profile::H3V2);
    let text = noise(5000);
    visitor.rust::<Letter, _>(|session| session.set_text(text.clone()));
    assert_eq!(visitor.jar.names(), [COOKIE, "app_session.1", "app_session.2"]);
    assert_eq!(visitor.h3("/session", None), json!({ "text": text }));

    // h3 makes smaller chunks.
    visitor.h3("/merge", Some(&json!({ "more": noise(4000) })));
    assert_eq!(visitor.jar.names().len(), 5);
    let read = visitor.rust::<Letter, _>(|session| session.text().map(str::to_owned));
    assert_eq!(read, (Some(text), false));

    visitor.h3("/delete", Some(&json!({ "keys": ["more"] })));
    assert_eq!(visitor.jar.names().len(), 3);
    let everything = visitor.jar.clone();
    visitor.rust::<Letter, _>(|session| session.set_text("short".to_owned()));
    assert_eq!(visitor.jar.names(), [COOKIE]);
    assert_eq!(visitor.h3("/session", None), json!({ "text": "short" }));

    // Without one of its cookies, a session is lost on both sides, and the reason is told.
    for missing in 1..=2 {
        visitor.jar = everything.clone();
        visitor.jar.store(&format!("app_session.{missing}=; Path=/; Max-Age=0"));
        let reason = visitor.rust::<Letter, _>(|session| session.meta().unreadable().map(Unreadable::reason));
        assert_eq!(reason.0, Some("missing_chunk"));
        assert_eq!(visitor.h3("/session", None), json!({}));
    }
    visitor.jar = everything;
    visitor.rust::<Letter, _>(Session::destroy);
    assert!(visitor.jar.names().is_empty());
}

#[test]
fn a_session_ends_on_both_servers_when_its_max_age_has_passed() {
    for (h3, profile) in [(H3::V1, Profile::H3V1), (H3::V2, Profile::H3V2)] {
        let mut visitor = Visitor::new(h3, profile);
        let a_minute_before = MAX_AGE.saturating_sub(Duration::from_secs(60));
        for (age, ended) in [(a_minute_before, false), (MAX_AGE + Duration::from_secs(120), true)] {
            let created_at = SystemClock.now().saturating_sub(age).as_unix_ms();
            visitor
                .with_payload(&json!({ "id": "1", "createdAt": created_at, "data": { "userName": "Ada" } }));
            let options = visitor.options().absolute_timeout(MAX_AGE);
            let (user, wrote) =
                visitor.rust_with::<Account, _>(options, |session| session.user_name().map(str::to_owned));
            assert_eq!(user.is_none(), ended);
            assert!(!wrote, "its date is the one in h3's object");
            if !ended {
                assert_eq!(visitor.h3("/session", None)["userName"], "Ada");
            }
            visitor
                .with_payload(&json!({ "id": "1", "createdAt": created_at, "data": { "userName": "Ada" } }));
            assert_eq!(visitor.h3("/session", None) == json!({}), ended);
        }
    }
}

#[test]
fn what_h3_keeps_in_its_object_stays_there() {
    let mut visitor = Visitor::new(H3::V2, Profile::H3V1);
    let created_at = SystemClock.now().as_unix_ms();
    let theirs = json!({ "id": "a b", "lastSeenAt": 1, "extra": [1.50, "ü"], "createdAt": created_at, "data": { "count": 1 } });
    visitor.with_payload(&theirs);
    visitor.rust::<Account, _>(|session| session.set_count(2));
    let mut written = visitor.payload();
    let seen = written["lastSeenAt"].take().as_u64().unwrap();
    assert!(seen >= created_at, "the session was used now");
    let wanted = json!({ "id": "a b", "lastSeenAt": null, "extra": [1.50, "ü"], "createdAt": created_at, "data": { "count": 2 } });
    assert_eq!(written, wanted);

    // h3 1 does not date the use, h3 2 does.
    for (profile, dates) in [(Profile::H3V1, false), (Profile::H3V2, true)] {
        visitor.profile = profile;
        visitor.with_payload(&json!({ "id": "1", "createdAt": created_at, "data": {} }));
        visitor.rust::<Account, _>(|session| session.set_count(2));
        assert_eq!(visitor.payload()["lastSeenAt"].is_u64(), dates);
    }
}

#[test]
fn a_rotation_on_this_side_is_read_with_the_old_password() {
    const NEW: &str = "T7uJ1eW9xM3zN5qV8rC2bK6aS4hD0gLf";
    for profile in [Profile::H3V1, Profile::H3V2] {
        let mut visitor = Visitor::new(H3::V1, profile);
        visitor.rust::<Account, _>(|session| session.sign_in("Ada".to_owned()));
        let rotated = Passwords::builder().password("1", PASSWORD).password("2", NEW).build().unwrap();
        let options = || SessionOptions::builder(COOKIE, rotated.clone()).profile(profile).reseal_on_read();
        let read = |session: &mut Session<Account>| session.user_name().map(str::to_owned);
        let ada = Some("Ada".to_owned());
        assert_eq!(visitor.rust_with(options(), read), (ada.clone(), true), "it is sealed anew");
        assert_eq!(visitor.rust_with(options(), read), (ada, false));
        assert_eq!(visitor.whoami(), Err("forged"), "the new password is needed");
    }
}
