//! Refuses a request before its handler runs.
//!
//! A fairing can't respond to a request, but it can change the request. A refused request becomes a
//! `CONNECT` request, and this module's route is the first one for this method. Its error
//! leads to the application's catchers. The path stays, because it chooses the catcher. No other
//! request is `CONNECT`: Rocket refuses such a request before, because its target has no path.

use rocket::Data;
use rocket::http::{Method, Status};
use rocket::request::Request;
use rocket::route::{Handler, Outcome, Route};
use rocket::{Build, Rocket};

use super::carried::carried;

const NAME: &str = "refused by iron-session";

/// Mounts the route, once for all fairings.
pub(super) fn mount(rocket: Rocket<Build>) -> Rocket<Build> {
    if rocket.routes().any(|route| route.name.as_deref() == Some(NAME)) {
        return rocket;
    }
    let mut route = Route::ranked(isize::MIN, Method::Connect, "/<..>", Refusal);
    route.name = Some(NAME.into());
    rocket.mount("/", [route])
}

/// Lets the catcher for a status respond to a request. The first status counts.
pub(super) fn refuse(request: &mut Request<'_>, status: Status) {
    carried(request).refused.get_or_insert(status);
    request.set_method(Method::Connect);
}

#[derive(Clone)]
struct Refusal;

#[rocket::async_trait]
impl Handler for Refusal {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        let refused = carried(request).refused;
        match refused {
            Some(status) => Outcome::Error(status),
            None => Outcome::Forward((data, Status::NotFound)),
        }
    }
}
