//! The server, which all releases have in common.

use std::error::Error;
use std::net::Ipv4Addr;

use iron_session::{Passwords, SessionLayer, SessionOptions};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::pages;
use crate::session::ShopSession;

/// Serves one release on `PORT` of the loopback, or on any free port, with the
/// password in `SESSION_SECRET`. All servers need the same.
///
/// SIGTERM, as whatever deploys it sends, lets it finish the requests it has.
///
/// # Errors
///
/// What is wrong with the environment, or the port.
pub async fn serve<T: ShopSession>() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
    let options = SessionOptions::builder("app_session", Passwords::from_env("SESSION_SECRET")?).build()?;
    let app = pages::routes::<T>().layer(SessionLayer::<T>::new(options)?);

    let port = std::env::var("PORT").map_or(Ok(0), |port| port.parse())?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("release {} on http://{}", T::RELEASE, listener.local_addr()?);
    let mut terminate = signal(SignalKind::terminate())?;
    let asked_to_end = async move {
        terminate.recv().await;
    };
    axum::serve(listener, app).with_graceful_shutdown(asked_to_end).await?;
    Ok(())
}
