//! The server, which is the same in all releases.

use std::error::Error;
use std::net::Ipv4Addr;

use iron_session::{Passwords, SessionLayer, SessionOptions};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::pages;
use crate::session::ShopSession;

/// Serves one release on `PORT` of the loopback interface, or on any free port, with the
/// password in `SESSION_SECRET`. All servers need the same password.
///
/// After SIGTERM, which deployment tools send, it finishes its current requests.
///
/// # Errors
///
/// Returns an error if the environment or the port is invalid.
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
