//! axum alone, and with this library.

use std::io;

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use benches::samples::{self, COOKIE};
use iron_session::{Session, SessionLayer, SessionOptions};

use super::sessions::Visited;

/// Serves an application on this thread.
pub(super) fn serve(app: Router) -> io::Result<()> {
    runtime()?.block_on(serve_on(app))
}

pub(super) fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

pub(super) async fn serve_on(app: Router) -> io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    super::say(listener.local_addr()?);
    axum::serve(listener, app).await
}

pub(super) async fn none() -> &'static str {
    "Ada Lovelace"
}

pub(super) fn bare() -> Router {
    Router::new().route("/bare", get(none))
}

pub(super) fn ours<T: Visited>() -> Router {
    let options = SessionOptions::builder(COOKIE, samples::passwords()).build().expect("valid options");
    Router::new()
        .route("/login/{bytes}", get(login::<T>))
        .route("/none", get(none))
        .route("/read", get(read::<T>))
        .route("/change", get(change::<T>))
        .layer(SessionLayer::<T>::new(options).expect("room for a session"))
        .merge(bare())
}

async fn login<T: Visited>(mut session: Session<T>, Path(bytes): Path<usize>) {
    *session = samples::shop(bytes).into();
}

async fn read<T: Visited>(session: Session<T>) -> String {
    session.greeting()
}

async fn change<T: Visited>(mut session: Session<T>) -> &'static str {
    *session.visits_mut() += 1;
    "counted"
}
