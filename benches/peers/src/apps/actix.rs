//! actix-web alone, with this library, and with actix-session's cookie store.

use std::io;

use actix_session::SessionMiddleware;
use actix_session::storage::CookieSessionStore;
use actix_web::cookie::Key;
use actix_web::web::{self, Path};
use actix_web::{App, HttpServer};
use benches::samples::{self, COOKIE, Shop};
use iron_session::SessionMiddleware as Ours;
use iron_session::{Session, SessionOptions};

use super::sessions::Login;

macro_rules! serve {
    ($app:expr) => {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new($app).workers(1).bind("127.0.0.1:0")?;
            super::say(server.addrs()[0]);
            server.run().await
        })
    };
}

async fn none() -> &'static str {
    "Ada Lovelace"
}

/// A route without any session middleware.
fn bare() -> actix_web::Scope {
    web::scope("/bare").route("", web::get().to(none))
}

pub(super) fn serve_bare() -> io::Result<()> {
    serve!(|| App::new().service(bare()))
}

pub(super) fn serve_ours() -> io::Result<()> {
    serve!(|| {
        let options = SessionOptions::builder(COOKIE, samples::passwords()).build().expect("valid options");
        let under_session = web::scope("")
            .wrap(Ours::<Login>::new(options).expect("room for a session"))
            .route("/login/{bytes}", web::get().to(ours::login))
            .route("/none", web::get().to(none))
            .route("/read", web::get().to(ours::read))
            .route("/change", web::get().to(ours::change));
        App::new().service(bare()).service(under_session)
    })
}

mod ours {
    use super::{Login, Path, Session, samples};
    use crate::apps::sessions::Visited as _;

    pub(super) async fn login(mut session: Session<Login>, bytes: Path<usize>) -> &'static str {
        *session = samples::shop(*bytes).into();
        "welcome"
    }

    pub(super) async fn read(session: Session<Login>) -> String {
        session.greeting()
    }

    pub(super) async fn change(mut session: Session<Login>) -> &'static str {
        *session.visits_mut() += 1;
        "counted"
    }
}

pub(super) fn serve_actix_session() -> io::Result<()> {
    serve!(|| {
        let key = Key::generate();
        let under_session = web::scope("")
            .wrap(SessionMiddleware::new(CookieSessionStore::default(), key))
            .route("/login/{bytes}", web::get().to(theirs::login))
            .route("/none", web::get().to(none))
            .route("/read", web::get().to(theirs::read))
            .route("/change", web::get().to(theirs::change));
        App::new().service(bare()).service(under_session)
    })
}

mod theirs {
    use actix_session::Session;

    use super::{Path, Shop, samples};

    const KEY: &str = "shop";

    pub(super) async fn login(session: Session, bytes: Path<usize>) -> &'static str {
        session.insert(KEY, samples::shop(*bytes)).expect("JSON");
        "welcome"
    }

    pub(super) async fn read(session: Session) -> String {
        crate::apps::greeting(&take(&session))
    }

    pub(super) async fn change(session: Session) -> &'static str {
        let mut shop = take(&session);
        shop.visits += 1;
        session.insert(KEY, shop).expect("JSON");
        "counted"
    }

    fn take(session: &Session) -> Shop {
        session.get(KEY).expect("JSON").unwrap_or_default()
    }
}
