//! axum with axum-extra's private cookies: the session as JSON in one of them.

use axum::Router;
use axum::extract::{FromRef, Path};
use axum::routing::get;
use axum_extra::extract::PrivateCookieJar;
use axum_extra::extract::cookie::{Cookie, Key};
use benches::samples::{self, COOKIE, Shop};

#[derive(Clone)]
struct Keys(Key);

impl FromRef<Keys> for Key {
    fn from_ref(keys: &Keys) -> Self {
        keys.0.clone()
    }
}

pub(super) fn app() -> Router {
    Router::new()
        .route("/login/{bytes}", get(login))
        .route("/none", get(super::axum::none))
        .route("/read", get(read))
        .route("/change", get(change))
        .with_state(Keys(Key::generate()))
        .merge(super::axum::bare())
}

async fn login(jar: PrivateCookieJar, Path(bytes): Path<usize>) -> PrivateCookieJar {
    put(jar, &samples::shop(bytes))
}

async fn read(jar: PrivateCookieJar) -> String {
    super::greeting(&take(&jar))
}

async fn change(jar: PrivateCookieJar) -> (PrivateCookieJar, &'static str) {
    let mut shop = take(&jar);
    shop.visits += 1;
    (put(jar, &shop), "counted")
}

fn take(jar: &PrivateCookieJar) -> Shop {
    let cookie = jar.get(COOKIE);
    cookie.and_then(|cookie| serde_json::from_str(cookie.value()).ok()).unwrap_or_default()
}

fn put(jar: PrivateCookieJar, shop: &Shop) -> PrivateCookieJar {
    let cookie = Cookie::build((COOKIE, samples::json(shop))).path("/").http_only(true).secure(true);
    jar.add(cookie)
}
