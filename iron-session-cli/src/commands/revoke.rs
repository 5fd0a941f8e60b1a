//! `revoke`: ends sessions on every server.

use std::time::SystemTime;

use iron_session::Passwords;
use iron_session::clock::Timestamp;
use iron_session::error::RevokeError;
use iron_session::server_state::ServerState;
use serde_json::{Value, json};

use crate::args::{Instant, RevokeBeforeArgs, RevokeCommand, RevokeSessionArgs, RevokeSubjectArgs};
use crate::failure::Failure;
use crate::output::Report;
use crate::store::{self, AnyStore};
use crate::subject::Subject;
use crate::{secret, text};

pub(crate) fn run(command: &RevokeCommand) -> Result<Report, Failure> {
    // First, because an error in it must not leave the file of a store open for long.
    let passwords = secret::to_seal(&command.args().passwords)?;
    let revocation = Revocation::new(command)?;
    store::run(async {
        let store = store::open()?;
        let known = known(&store);
        let state = store::follow(store, passwords.clone(), "nothing was revoked; ").await?;
        revocation.carry_out(&state).await.map_err(|error| failed(&error))?;
        Ok(revocation.report(&passwords, known))
    })
}

/// What to end, as it was understood.
enum Revocation<'a> {
    Session(&'a RevokeSessionArgs),
    Subject { cookie: &'a str, subject: Subject },
    Before(Instant),
}

impl<'a> Revocation<'a> {
    fn new(command: &'a RevokeCommand) -> Result<Self, Failure> {
        Ok(match command {
            RevokeCommand::Session(args) => Self::Session(args),
            RevokeCommand::Subject(RevokeSubjectArgs { subject: args, .. }) => {
                Self::Subject { cookie: &args.cookie, subject: Subject::parse(&args.subject)? }
            }
            RevokeCommand::Before(RevokeBeforeArgs { instant, .. }) => Self::Before(*instant),
        })
    }

    async fn carry_out(&self, state: &ServerState) -> Result<(), RevokeError> {
        match self {
            Self::Session(args) => state.revoke_session(args.id).await,
            Self::Subject { cookie, subject } => state.revoke_subject(cookie, subject.json()).await,
            Self::Before(instant) => state.revoke_all_before(time(*instant)).await,
        }
    }

    fn report(&self, passwords: &Passwords, known: &str) -> Report {
        let (what, json) = match self {
            Self::Session(args) => {
                (format!("the session {} is revoked", args.id), json!({ "session": args.id.as_str() }))
            }
            Self::Subject { cookie, subject } => (
                format!(
                    "every session of {subject} in the cookie `{cookie}` that was issued until now is revoked"
                ),
                json!({ "cookie": cookie }),
            ),
            Self::Before(Instant::At(at)) if *at <= jiff::Timestamp::now() => {
                let at = time(Instant::At(*at));
                (
                    format!("every session that was issued before {} is revoked", text::time(at)),
                    json!({ "before_ms": at.as_unix_ms() }),
                )
            }
            Self::Before(_) => (
                "every session that was issued until now is revoked".to_owned(),
                json!({ "before_ms": time(Instant::Now).as_unix_ms() }),
            ),
        };
        let id = passwords.sealing_id().map(ToString::to_string).unwrap_or_default();
        let text = text::shown(&what)
            + &format!(
                "; {known}\nit was sealed with the password `{}`: a server that does not have this password \
                 can't read it, and says so in its log",
                text::shown(&id)
            );
        let report = Report::new(text, json).with("password", &Value::from(id));
        match self {
            Self::Subject { subject, .. } => report.with_raw("subject", subject.json()),
            Self::Session(_) | Self::Before(_) => report,
        }
    }
}

/// Says when the servers know a revocation that the store has confirmed.
fn known(store: &AnyStore) -> &'static str {
    match store {
        AnyStore::File(_) => "the server knows it when it starts",
        AnyStore::Redis(_) => {
            "running servers usually know it within a second; one that is cut off from Redis goes on to accept \
             these sessions until its list of revocations is stale (30 seconds, unless it has another setting)"
        }
    }
}

fn time(instant: Instant) -> Timestamp {
    match instant {
        Instant::Now => SystemTime::now().into(),
        Instant::At(at) => Timestamp::from_unix_ms(u64::try_from(at.as_millisecond()).unwrap_or_default()),
    }
}

fn failed(error: &RevokeError) -> Failure {
    match error {
        RevokeError::Unconfirmed => Failure::other(
            "the store has not confirmed the revocation, so the servers may or may not know it",
            "run the command again when the store responds; revoking twice does no harm",
        ),
        error => Failure::caused_by(error, "nothing was revoked; try again later"),
    }
}
