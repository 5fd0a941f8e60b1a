//! `revoke`: ends sessions on every server.

use std::time::{Duration, SystemTime};

use iron_session::Passwords;
use iron_session::clock::Timestamp;
use iron_session::error::{RevokeError, ServerStateError};
use iron_session::server_state::{ServerState, Store as _};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::args::{Instant, RevokeBeforeArgs, RevokeCommand, RevokeSessionArgs, RevokeSubjectArgs};
use crate::failure::Failure;
use crate::output::Report;
use crate::store::{self, AnyStore};
use crate::{json_text, secret, text};

pub(crate) fn run(command: &RevokeCommand) -> Result<Report, Failure> {
    // First, because an error in it must not leave the file of a store open for long.
    let passwords = secret::to_seal(&command.args().passwords)?;
    let revocation = Revocation::new(command)?;
    store::run(async {
        let store = store::open()?;
        let known = known(&store);
        let state = start(store, passwords.clone()).await?;
        revocation.carry_out(&state).await.map_err(|error| failed(&error))?;
        Ok(revocation.report(&passwords, known))
    })
}

/// What to end, as it was understood.
enum Revocation<'a> {
    Session(&'a RevokeSessionArgs),
    Subject { cookie: &'a str, json: Box<RawValue> },
    Before(Instant),
}

impl<'a> Revocation<'a> {
    fn new(command: &'a RevokeCommand) -> Result<Self, Failure> {
        Ok(match command {
            RevokeCommand::Session(args) => Self::Session(args),
            RevokeCommand::Subject(RevokeSubjectArgs { cookie, subject: text, .. }) => {
                Self::Subject { cookie, json: subject(text)? }
            }
            RevokeCommand::Before(RevokeBeforeArgs { instant, .. }) => Self::Before(*instant),
        })
    }

    async fn carry_out(&self, state: &ServerState) -> Result<(), RevokeError> {
        match self {
            Self::Session(args) => state.revoke_session(args.id).await,
            Self::Subject { cookie, json } => state.revoke_subject(cookie, json).await,
            Self::Before(instant) => state.revoke_all_before(time(*instant)).await,
        }
    }

    fn report(&self, passwords: &Passwords, known: &str) -> Report {
        let (what, json) = match self {
            Self::Session(args) => {
                (format!("the session {} is revoked", args.id), json!({ "session": args.id.as_str() }))
            }
            Self::Subject { cookie, json } => (
                format!(
                    "every session of the {} {} in the cookie `{cookie}` that was issued until now is revoked",
                    kind(json.get()),
                    json.get()
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
            Self::Subject { json, .. } => report.with_raw("subject", json),
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

async fn start(store: AnyStore, passwords: Passwords) -> Result<ServerState, Failure> {
    // The state itself would wait for a store that is away, and not say why it is.
    store.read_log(None, Duration::ZERO).await.map_err(|error| {
        let next = "nothing was revoked; check `IRON_SESSION_STORE`, and that the store is running";
        Failure::caused_by(&error, next)
    })?;
    let state = ServerState::start(store, passwords).await.map_err(|error| {
        let next = match error {
            ServerStateError::NoSealingPassword => {
                "nothing was revoked; pass the password that the servers use"
            }
            _ => "nothing was revoked; try again later",
        };
        Failure::caused_by(&error, next)
    })?;
    // A revocation must end after those before it, so they must be known.
    if state.staleness().is_none() {
        let message = "the store does not respond";
        return Err(Failure::other(message, "nothing was revoked; run the command again"));
    }
    Ok(state)
}

/// Interprets a subject: JSON, or text.
fn subject(typed: &str) -> Result<Box<RawValue>, Failure> {
    let json = match serde_json::from_str(typed) {
        Ok(Value::Null) => {
            let next = "pass the value of the field `#[session(subject)]`; `'\"null\"'` is the text";
            return Err(Failure::other("`null` is not a subject", next));
        }
        // A text has one form, however its characters were escaped.
        Ok(Value::String(text)) => Value::from(text).to_string(),
        // A number that is read and written again may be another one.
        Ok(_) => json_text::compact(typed),
        Err(_) => Value::from(typed).to_string(),
    };
    RawValue::from_string(json)
        .map_err(|error| Failure::caused_by(&error, "please report this as a bug of iron-session"))
}

fn kind(json: &str) -> &'static str {
    match json.as_bytes() {
        [b'"', ..] => "text",
        [b'-' | b'0'..=b'9', ..] => "number",
        _ => "value",
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
