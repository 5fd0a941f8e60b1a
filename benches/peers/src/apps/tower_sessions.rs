//! axum with tower-sessions and its store in memory.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use benches::samples::{self, Shop};
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

const KEY: &str = "shop";

pub(super) fn app() -> Router {
    Router::new()
        .route("/login/{bytes}", get(login))
        .route("/none", get(super::axum::none))
        .route("/read", get(read))
        .route("/change", get(change))
        .layer(SessionManagerLayer::new(MemoryStore::default()))
        .merge(super::axum::bare())
}

async fn login(session: Session, Path(bytes): Path<usize>) {
    session.insert(KEY, samples::shop(bytes)).await.expect("a store in memory");
}

async fn read(session: Session) -> String {
    super::greeting(&take(&session).await)
}

async fn change(session: Session) -> &'static str {
    let mut shop = take(&session).await;
    shop.visits += 1;
    session.insert(KEY, shop).await.expect("a store in memory");
    "counted"
}

async fn take(session: &Session) -> Shop {
    session.get(KEY).await.expect("a store in memory").unwrap_or_default()
}
