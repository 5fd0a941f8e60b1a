//! A small stationery shop without a database: all it knows of a visitor
//! travels in the session cookie, and a panel beside every page shows it.
//!
//! `session.rs` is what the session holds; each file in `pages/` shows one thing
//! that an application does with it.

#![allow(clippy::unused_async, reason = "axum's handlers are async, whether they wait or not")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it tells where to find it, or what is wrong")]

mod cart;
mod catalogue;
mod csrf;
mod guard;
mod page;
mod pages;
mod panel;
mod session;
mod settings;
mod text;
mod user;

use std::error::Error;
use std::io::IsTerminal;
use std::process::ExitCode;

use axum::Router;
use iron_session::{Passwords, SessionLayer, SessionOptions};

use crate::session::{AppSession, COOKIE_NAME, DRAFT_COOKIE_NAME, Draft};
use crate::settings::{Parsed, SECRET, Settings};

#[tokio::main]
async fn main() -> ExitCode {
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(colours).init();
    let settings = match settings::parse(std::env::args().skip(1), std::env::var("PORT").ok()) {
        Ok(Parsed::Settings(settings)) => settings,
        Ok(Parsed::Help) => {
            println!("{}", settings::HELP);
            return ExitCode::SUCCESS;
        }
        Err(mistake) => {
            eprintln!("error: {mistake}\n\n{}", settings::HELP);
            return ExitCode::from(2);
        }
    };
    match serve(&settings).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(settings: &Settings) -> Result<(), Box<dyn Error>> {
    let passwords = if let Some(passwords) = settings::passwords()? {
        passwords
    } else {
        println!("{SECRET} is not set: sealing with a random password, so a restart signs everybody out");
        settings::random_password()?
    };
    let app = app(passwords, settings.insecure)?;
    let listener = settings::bind(settings.port).await?;
    println!("open http://{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

/// The shop with its sessions around it.
fn app(passwords: Passwords, insecure: bool) -> Result<Router, Box<dyn Error>> {
    // A letter must not open as a login, though both are sealed with the same passwords.
    let mut drafts = SessionOptions::builder(DRAFT_COOKIE_NAME, passwords.clone()).purpose("letter");
    let mut options = SessionOptions::builder(COOKIE_NAME, passwords);
    if insecure {
        options = options.insecure_development();
        drafts = drafts.insecure_development();
    }
    let app = pages::routes().layer(SessionLayer::<AppSession>::new(options.build()?)?);
    Ok(app.layer(SessionLayer::<Draft>::new(drafts.build()?)?))
}
