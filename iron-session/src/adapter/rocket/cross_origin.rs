//! [`CrossOriginGuard`] as a fairing of Rocket.

use rocket::fairing::{self, Fairing, Info, Kind};
use rocket::http::Status;
use rocket::request::Request;
use rocket::{Build, Data, Rocket};

use super::{header, refuse};
use crate::guard::{CrossOriginGuard, RequestOrigin};

#[rocket::async_trait]
impl Fairing for CrossOriginGuard {
    fn info(&self) -> Info {
        Info { name: "CrossOriginGuard", kind: Kind::Ignite | Kind::Request }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> fairing::Result {
        Ok(refuse::mount(rocket))
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        if !is_allowed(self, request) {
            refuse::refuse(request, Status::Forbidden);
        }
    }
}

fn is_allowed(guard: &CrossOriginGuard, request: &Request<'_>) -> bool {
    let authority = request.host().map(ToString::to_string);
    let header = |name| header(request, name);
    guard.check(RequestOrigin::new(request.method().as_str(), authority.as_deref(), header)).is_ok()
}
