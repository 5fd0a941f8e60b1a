//! The Rust half of one login. A JavaScript server on the same host has the other half: it reads and
//! writes the same cookie, with the same password.
//!
//! - `SESSION_SECRET`: the password, or a JSON map of ids to passwords
//! - `SESSION_PROFILE`: the JavaScript library: `iron-session` (the default), `hapi`, `h3-1`, `h3-2`,
//!   or `h3-1-and-2`
//! - `PORT`: 3000 unless set

use std::env;
use std::error::Error;

use axum::routing::{get, post};
use axum::{Json, Router};
use iron_session::{IronSession, Passwords, Profile, Session, SessionLayer, SessionOptions};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The members that Rust uses. The members of JavaScript stay in the cookie.
#[derive(IronSession, Clone)]
#[session(rename_all = "camelCase", javascript)]
struct AppSession {
    #[session(subject, max_bytes = 100)]
    user_name: Option<String>,
    visits: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Login {
    user_name: String,
}

async fn whoami(session: Session<AppSession>) -> Json<Value> {
    Json(json!({ "userName": session.user_name(), "visits": session.visits() }))
}

async fn login(mut session: Session<AppSession>, Json(login): Json<Login>) {
    session.sign_in(login.user_name);
}

async fn visit(mut session: Session<AppSession>) {
    session.visits = session.visits.saturating_add(1);
}

async fn logout(mut session: Session<AppSession>) {
    session.destroy();
}

fn profile() -> Result<Profile, Box<dyn Error>> {
    Ok(match env::var("SESSION_PROFILE").as_deref() {
        Err(_) | Ok("iron-session") => Profile::IronSession,
        Ok("hapi") => Profile::Hapi,
        Ok("h3-1") => Profile::H3V1,
        Ok("h3-2") => Profile::H3V2,
        Ok("h3-1-and-2") => Profile::H3V1AndV2,
        Ok(other) => return Err(format!("unknown SESSION_PROFILE `{other}`").into()),
    })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();

    let passwords = Passwords::from_env("SESSION_SECRET")?;
    let options = SessionOptions::builder("app_session", passwords).profile(profile()?).build()?;
    let app = Router::new()
        .route("/api/whoami", get(whoami))
        .route("/api/login", post(login))
        .route("/api/visit", post(visit))
        .route("/api/logout", post(logout))
        .layer(SessionLayer::<AppSession>::new(options)?);

    let port = env::var("PORT").map_or(Ok(3000), |port| port.parse::<u16>())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
