//! A small stationery shop without a database. Everything that it knows about a visitor travels
//! in the session cookie, and a panel next to every page shows the session.
//!
//! `session.rs` has the session struct. Each file in `pages/` shows one use of the session.

#![allow(clippy::unused_async, reason = "axum's handlers are async even if they don't wait")]

mod cart;
mod catalogue;
mod guard;
mod page;
mod pages;
mod panel;
mod session;
mod settings;
mod text;
mod timeouts;
mod user;

use std::error::Error;
use std::io::IsTerminal;
use std::process::ExitCode;

use axum::{Extension, Router};
use iron_session::guard::CrossOriginGuard;
use iron_session::{Passwords, SessionLayer, SessionOptions, SessionOptionsBuilder};

use crate::session::{AppSession, COOKIE_NAME, DRAFT_COOKIE_NAME, Draft};
use crate::settings::{Parsed, SECRET, Settings};

#[tokio::main]
async fn main() -> ExitCode {
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(colours).init();
    let settings = match settings::parse(std::env::args().skip(1), |name| std::env::var(name).ok()) {
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
        println!(
            "{SECRET} and {SECRET}_FILE are not set: using a random password, so a restart will sign everybody out"
        );
        settings::random_password()?
    };
    let app = app(passwords, settings)?;
    let listener = settings::bind(settings.port).await?;
    println!("open http://{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

/// Returns the shop with its session layers.
fn app(passwords: Passwords, settings: &Settings) -> Result<Router, Box<dyn Error>> {
    let login = options(COOKIE_NAME, passwords.clone(), settings).sign_in_page(pages::SIGN_IN);
    // The letter and the login are sealed with the same passwords; the purpose keeps a
    // letter from opening as a login.
    let drafts = options(DRAFT_COOKIE_NAME, passwords, settings).purpose("letter");
    let sessions = SessionLayer::<AppSession>::new(login.build()?)?
        .without_refresh(|request| request.uri.path() == pages::TIME_LEFT);
    let app = pages::routes().layer(sessions);
    let app = app.layer(SessionLayer::<Draft>::new(drafts.build()?)?);
    let app = app.layer(Extension(settings.timeouts));
    let mut guard = CrossOriginGuard::new();
    if let Some(origin) = &settings.trusted_origin {
        guard = guard.trust(origin)?;
    }
    // Outermost, so that no session is opened for a request from another site.
    Ok(app.layer(guard))
}

/// Returns the options that both sessions have.
fn options(name: &str, passwords: Passwords, settings: &Settings) -> SessionOptionsBuilder {
    let options = SessionOptions::builder(name, passwords)
        .idle_timeout(settings.timeouts.idle)
        .absolute_timeout(settings.timeouts.absolute);
    if settings.insecure { options.insecure_development() } else { options }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
    use axum::response::Response;
    use iron_session::clock::{Clock as _, ManualClock, SystemClock};
    use iron_session::session::RequestSession;
    use tower::ServiceExt as _;

    use super::*;

    /// Sends a request of a new visitor. Returns its status, and whether it sets a cookie.
    async fn visit(request: Request<Body>) -> (u16, bool) {
        let app = app(settings::random_password().unwrap(), &Settings::default()).unwrap();
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
        for path in ["/", "/cart", "/letter", "/whoami", "/signed-out", "/time-left"] {
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

    /// The shop, and the cookie of a user who signed in some time ago.
    fn signed_in(minutes_ago: u64) -> (Router, String) {
        let passwords = settings::random_password().unwrap();
        let settings = Settings::default();
        let earlier = SystemClock.now().saturating_sub(Duration::from_secs(minutes_ago * 60));
        let options = options(COOKIE_NAME, passwords.clone(), &settings).clock(ManualClock::at(earlier));
        let visit = RequestSession::<AppSession>::new(options.build().unwrap().check().unwrap());
        visit.handle([""; 0]).unwrap().sign_in("Ada".to_owned());
        let cookie = visit.commit(303).set_cookies.remove(0);
        (app(passwords, &settings).unwrap(), cookie)
    }

    async fn open(app: &Router, path: &str, cookie: &str) -> Response {
        let request = Request::get(path).header("Sec-Fetch-Mode", "navigate").header(COOKIE, cookie);
        app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn the_countdown_is_no_visit() {
        let (app, cookie) = signed_in(6);
        for (path, extends) in [("/time-left", false), ("/cart", true)] {
            let response = open(&app, path, &cookie).await;
            assert_eq!(response.headers().contains_key(SET_COOKIE), extends, "{path}");
        }
    }

    /// A cookie that lives until the browser closes comes back after its seal has expired.
    #[tokio::test]
    async fn who_comes_back_too_late_is_told_so_and_returns_to_the_page() {
        let (app, expired) = signed_in(120);
        let refusal = open(&app, "/checkout?gift=yes", &expired).await;
        assert_eq!(
            (refusal.status().as_u16(), &refusal.headers()[LOCATION]),
            (303, &"/login".parse().unwrap())
        );
        let cookie = refusal.headers()[SET_COOKIE].to_str().unwrap();
        let page = open(&app, "/login", cookie).await;
        let page = to_bytes(page.into_body(), usize::MAX).await.unwrap();
        let page = String::from_utf8(page.to_vec()).unwrap();
        assert!(page.contains("Your session has expired"), "{page}");
        assert!(page.contains("/checkout?gift=yes"), "{page}");
    }
}
