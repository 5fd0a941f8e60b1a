//! axum with the minimum that a session in Redis needs: an id in a cookie, one `GET` to read,
//! and one `SETEX` more to write. A session library does more, so this is the store's best
//! case.
//!
//! `REDIS_ADDRESS` is the address of Redis.

use std::io;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::routing::get;
use benches::samples::{self, Shop};
use redis::AsyncCommands as _;
use redis::aio::MultiplexedConnection;

/// 14 days.
const TTL_SECS: u64 = 14 * 24 * 60 * 60;

pub(super) fn serve() -> io::Result<()> {
    let address = std::env::var("REDIS_ADDRESS").map_err(io::Error::other)?;
    super::axum::runtime()?.block_on(async {
        let client = redis::Client::open(format!("redis://{address}")).map_err(io::Error::other)?;
        let store = client.get_multiplexed_async_connection().await.map_err(io::Error::other)?;
        let app = Router::new()
            .route("/login/{bytes}", get(login))
            .route("/none", get(super::axum::none))
            .route("/read", get(read))
            .route("/change", get(change))
            .with_state(store);
        super::axum::serve_on(app).await
    })
}

type Store = State<MultiplexedConnection>;

/// The benchmark needs one session per size; its id is as long as one that can't be guessed.
async fn login(State(mut store): Store, Path(bytes): Path<usize>) -> [(axum::http::HeaderName, String); 1] {
    let id = format!("{bytes:0>32}");
    save(&mut store, &id, &samples::shop(bytes)).await;
    [(SET_COOKIE, format!("id={id}; Path=/; HttpOnly; Secure; SameSite=Lax"))]
}

async fn read(State(mut store): Store, headers: HeaderMap) -> String {
    super::greeting(&load(&mut store, id(&headers)).await)
}

async fn change(State(mut store): Store, headers: HeaderMap) -> &'static str {
    let mut shop = load(&mut store, id(&headers)).await;
    shop.visits += 1;
    save(&mut store, id(&headers), &shop).await;
    "counted"
}

fn id(headers: &HeaderMap) -> &str {
    let cookie = headers.get(COOKIE).and_then(|cookie| cookie.to_str().ok());
    cookie.and_then(|cookie| cookie.strip_prefix("id=")).unwrap_or_default()
}

async fn load(store: &mut MultiplexedConnection, id: &str) -> Shop {
    let json: Vec<u8> = store.get(id).await.expect("redis responds");
    serde_json::from_slice(&json).unwrap_or_default()
}

async fn save(store: &mut MultiplexedConnection, id: &str, shop: &Shop) {
    store.set_ex::<_, _, ()>(id, samples::json(shop), TTL_SECS).await.expect("redis responds");
}
