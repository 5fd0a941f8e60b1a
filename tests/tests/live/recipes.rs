//! Cookies of WorkOS AuthKit and of hapi's plugins, opened and written with a `Sealer`, as the book
//! shows it.

use std::error::Error;

use iron_session::error::PasswordError;
use iron_session::{Passwords, Profile, Sealer, Ttl};
use iron_session_tests::Jar;
use iron_session_tests::fixtures::{NOW_MS, PASSWORD, clock};
use iron_session_tests::node::{self, Peers, Server};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use ureq::Agent;

// ANCHOR: authkit
/// The content of AuthKit's cookie, `wos-session` unless `WORKOS_COOKIE_NAME` is set. AuthKit also
/// keeps whether an administrator acts as the user, which Rust passes on.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AuthKitSession {
    access_token: String,
    refresh_token: String,
    user: AuthKitUser,
    #[serde(flatten)]
    others: Map<String, Value>,
}

#[derive(Serialize, Deserialize)]
struct AuthKitUser {
    id: String,
    email: String,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// AuthKit's own seals never expire: the access token inside has an end, which you must check.
fn authkit(cookie_password: &str) -> Result<Sealer, PasswordError> {
    Ok(Sealer::new(Passwords::new(cookie_password)?).with_ttl(Ttl::Unlimited))
}

/// Puts other tokens into the cookie, and returns its new value.
fn replace_tokens(
    sealer: &Sealer,
    cookie: &str,
    access_token: &str,
    refresh_token: &str,
) -> Result<String, Box<dyn Error>> {
    let mut session: AuthKitSession = sealer.unseal(cookie)?;
    access_token.clone_into(&mut session.access_token);
    refresh_token.clone_into(&mut session.refresh_token);
    Ok(sealer.seal(&session)?)
}
// ANCHOR_END: authkit

#[test]
fn the_cookie_of_workos_authkit() {
    let mut peers = Peers::start();
    let passwords = json!({ "string": PASSWORD });
    let session = json!({
        "accessToken": "eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
        "refreshToken": "r1",
        "user": { "id": "user_01", "email": "ada@example.com", "firstName": "Ada" },
        "impersonator": { "email": "admin@example.com", "reason": null },
    });
    let sealer = authkit(PASSWORD).unwrap();
    // `authkit-session` has a seal of its own; `authkit-nextjs` uses iron-session 8.
    for peer in ["workos-authkit", "iron-session-8"] {
        let seal = peers.seal(peer, &session, &passwords, 0, NOW_MS);
        let opened: AuthKitSession = sealer.unseal(&seal).unwrap();
        assert_eq!((opened.user.id.as_str(), opened.user.email.as_str()), ("user_01", "ada@example.com"));
        let written = replace_tokens(&sealer, &seal, "new", "r2").unwrap();

        let mut expected = session.clone();
        expected["accessToken"] = json!("new");
        expected["refreshToken"] = json!("r2");
        assert_eq!(peers.unseal(peer, &written, &passwords, NOW_MS).as_ref(), Ok(&expected), "{peer}");
    }
}

// ANCHOR: yar
/// The content of a cookie of `@hapi/yar`. A larger session is in hapi's cache; then the cookie has
/// only the id.
#[derive(Serialize, Deserialize)]
struct YarSession {
    id: String,
    #[serde(rename = "_store")]
    store: Option<Store>,
}

#[derive(Serialize, Deserialize, Default)]
struct Store {
    user: Option<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// The seals of hapi never expire.
fn hapi(password: &str) -> Result<Sealer, PasswordError> {
    Ok(Sealer::new(Passwords::new(password)?).with_profile(Profile::Hapi).with_ttl(Ttl::Unlimited))
}

/// Sets the user, and returns the cookie's new value. The session keeps its id.
fn set_user(sealer: &Sealer, cookie: &str, user: &str) -> Result<String, Box<dyn Error>> {
    let mut session: YarSession = sealer.unseal(cookie)?;
    session.store.get_or_insert_default().user = Some(user.to_owned());
    Ok(sealer.seal(&session)?)
}
// ANCHOR_END: yar

/// A browser that visits the hapi server.
struct Visitor {
    hapi: Server,
    agent: Agent,
    jar: Jar,
}

impl Visitor {
    fn request(&mut self, path: &str, body: Option<&Value>) -> Value {
        let address = format!("{}{path}", self.hapi.address);
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
        self.jar.store_all(lines.map(|line| line.to_str().unwrap()));
        serde_json::from_str(&response.body_mut().read_to_string().unwrap()).unwrap()
    }

    fn store(&mut self, name: &str, seal: &str) {
        assert!(self.jar.store(&format!("{name}={seal}; Path=/; HttpOnly; Secure; SameSite=Lax")));
    }
}

#[test]
fn the_cookies_of_hapi() {
    let hapi_server = Server::start(node::node("servers/hapi.mjs").env("SESSION_SECRET", PASSWORD));
    let agent = Agent::config_builder().build().into();
    let mut visitor = Visitor { hapi: hapi_server, agent, jar: Jar::new("127.0.0.1", &clock()) };
    let sealer = hapi(PASSWORD).unwrap();

    // @hapi/yar, in both directions.
    visitor.request("/yar", Some(&json!({ "user": "ada", "visits": 1 })));
    let cookie = visitor.jar.value("yar").unwrap().to_owned();
    let session: YarSession = sealer.unseal(&cookie).unwrap();
    assert_eq!(session.store.unwrap().user.as_deref(), Some("ada"));
    visitor.store("yar", &set_user(&sealer, &cookie, "grace").unwrap());
    assert_eq!(visitor.request("/yar", None), json!({ "user": "grace", "visits": 1 }));

    // @hapi/cookie: the session itself.
    visitor.request("/merge", Some(&json!({ "user": "ada" })));
    let session: Value = sealer.unseal(visitor.jar.value("app_session").unwrap()).unwrap();
    assert_eq!(session, json!({ "user": "ada" }));
    visitor.store("app_session", &sealer.seal(&json!({ "user": "grace" })).unwrap());
    assert_eq!(visitor.request("/session", None), json!({ "user": "grace" }));
}
