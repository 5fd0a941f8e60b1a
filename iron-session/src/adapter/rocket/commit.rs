//! The commit of a session, as the last fairing.

use std::marker::PhantomData;

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Header, Status};
use rocket::request::Request;
use rocket::response::Response;

use super::access;
use crate::codec::IronSession;
use crate::session::{CarriesSessions as _, Commit};

pub(super) struct CommitFairing<T>(PhantomData<fn() -> T>);

impl<T> CommitFairing<T> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

#[rocket::async_trait]
impl<T: IronSession> Fairing for CommitFairing<T> {
    fn info(&self) -> Info {
        Info { name: T::SCHEMA.name(), kind: Kind::Response }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        access::complete(request, response);
        let Some(session) = request.session::<T>() else { return };
        if session.commit_unused() {
            return;
        }
        let commit = session.commit(response.status().code).finish().await;
        apply(commit, response);
    }
}

fn apply(commit: Commit, response: &mut Response<'_>) {
    if commit.replace_response {
        *response = Response::build().status(Status::InternalServerError).finalize();
    }
    let present: Vec<Header<'_>> = response.headers().iter().collect();
    let present = present.iter().map(|header| (header.name.as_str(), header.value.as_bytes()));
    let headers = commit.headers(response.status().reason(), present);
    for header in headers {
        response.adjoin_raw_header(header.name, header.value);
    }
}
