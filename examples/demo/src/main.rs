//! A small stationery shop without a database. Everything that it knows about a visitor travels
//! in the session cookie, and a panel next to every page shows the session.
//!
//! `session.rs` has the session struct. Each file in `pages/` shows one use of the session.

#![allow(clippy::unused_async, reason = "axum's handlers are async even if they don't wait")]

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
use iron_session::guard::CrossOriginGuard;
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
            let chain = std::iter::successors(Some(&*error), |&error| error.source());
            let texts: Vec<_> = chain.map(ToString::to_string).collect();
            eprintln!("error: {}", texts.join(": "));
            ExitCode::FAILURE
        }
    }
}

async fn serve(settings: &Settings) -> Result<(), Box<dyn Error>> {
    let passwords = if let Some(passwords) = settings::passwords()? {
        passwords
    } else {
        println!("{SECRET} is not set: using a random password, so a restart will sign everybody out");
        settings::random_password()?
    };
    let app = app(passwords, settings.insecure)?;
    let listener = settings::bind(settings.port).await?;
    println!("open http://{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

/// Returns the shop with its session layers.
fn app(passwords: Passwords, insecure: bool) -> Result<Router, Box<dyn Error>> {
    // The letter and the login are sealed with the same passwords; the purpose keeps a
    // letter from opening as a login.
    let mut drafts = SessionOptions::builder(DRAFT_COOKIE_NAME, passwords.clone()).purpose("letter");
    let mut options = SessionOptions::builder(COOKIE_NAME, passwords);
    if insecure {
        options = options.insecure_development();
        drafts = drafts.insecure_development();
    }
    let app = pages::routes().layer(SessionLayer::<AppSession>::new(options.build()?)?);
    let app = app.layer(SessionLayer::<Draft>::new(drafts.build()?)?);
    // Outermost, so that no session is opened for a request from another site.
    Ok(app.layer(CrossOriginGuard::new()))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use axum::http::header::{CONTENT_TYPE, SET_COOKIE};
    use tower::ServiceExt as _;

    use super::*;

    /// Sends a request of a new visitor. Returns its status, and whether it sets a cookie.
    async fn visit(request: Request<Body>) -> (u16, bool) {
        let app = app(settings::random_password().unwrap(), false).unwrap();
        let response = app.oneshot(request).await.unwrap();
        (response.status().as_u16(), response.headers().contains_key(SET_COOKIE))
    }

    fn add(site: &str) -> Request<Body> {
        let request = Request::post("/cart/add").header("Sec-Fetch-Site", site);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(Body::from("product=ink&printed=")).unwrap()
    }

    #[tokio::test]
    async fn a_visitor_who_only_looks_gets_no_cookie() {
        for path in ["/", "/cart", "/letter", "/whoami", "/signed-out"] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            assert_eq!(visit(request).await, (200, false), "{path}");
        }
    }

    #[tokio::test]
    async fn another_site_can_not_fill_the_cart() {
        assert_eq!(visit(add("same-origin")).await, (303, true));
        for site in ["same-site", "cross-site"] {
            assert_eq!(visit(add(site)).await, (403, false), "{site}");
        }
    }
}
