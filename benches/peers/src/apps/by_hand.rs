//! axum with seals but no session: the cost of a request's seals inside a server.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName};
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::get;
use benches::samples::{self, Shop};
use iron_session::Sealer;

type Sealing = State<Arc<Sealer>>;

pub(super) fn app() -> Router {
    Router::new()
        .route("/login/{bytes}", get(login))
        .route("/none", get(super::axum::none))
        .route("/read", get(read))
        .route("/change", get(change))
        .with_state(Arc::new(Sealer::new(samples::passwords())))
        .merge(super::axum::bare())
}

async fn login(State(sealer): Sealing, Path(bytes): Path<usize>) -> impl IntoResponse {
    put(&sealer, &samples::shop(bytes))
}

async fn read(State(sealer): Sealing, headers: HeaderMap) -> String {
    super::greeting(&take(&sealer, &headers))
}

async fn change(State(sealer): Sealing, headers: HeaderMap) -> impl IntoResponse {
    let mut shop = take(&sealer, &headers);
    shop.visits += 1;
    (put(&sealer, &shop), "counted")
}

fn take(sealer: &Sealer, headers: &HeaderMap) -> Shop {
    let cookie = headers.get(COOKIE).and_then(|value| value.to_str().ok()?.split_once('='));
    cookie.and_then(|(_, seal)| sealer.unseal(seal).ok()).unwrap_or_default()
}

fn put(sealer: &Sealer, shop: &Shop) -> AppendHeaders<[(HeaderName, String); 1]> {
    let seal = sealer.seal(shop).expect("a session that can be sealed");
    AppendHeaders([(SET_COOKIE, format!("{}={seal}; Path=/; HttpOnly; Secure", samples::COOKIE))])
}
