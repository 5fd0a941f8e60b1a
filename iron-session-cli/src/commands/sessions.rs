//! `sessions`: the sessions of a user that are kept in the store.

use std::fmt::Write as _;

use iron_session::server_state::StoredSession;
use serde_json::{Value, json};

use crate::args::SessionsArgs;
use crate::failure::Failure;
use crate::output::Report;
use crate::subject::Subject;
use crate::terminal::HEADING;
use crate::{secret, store, text};

pub(crate) fn run(args: &SessionsArgs) -> Result<Report, Failure> {
    // First, because an error in them must not leave the file of a store open for long.
    let passwords = secret::to_seal(&args.passwords)?;
    let (cookie, subject) = (&args.subject.cookie, Subject::parse(&args.subject.subject)?);
    store::run(async {
        let state = store::follow(store::open()?, passwords, "").await?;
        let sessions = state.sessions_of(cookie, subject.json()).await.map_err(|error| {
            Failure::caused_by(&error, "check that the store is running, and run the command again")
        })?;
        Ok(report(cookie, &subject, &sessions))
    })
}

fn report(cookie: &str, subject: &Subject, sessions: &[StoredSession]) -> Report {
    let of = text::shown(&format!("of {subject} in the cookie `{cookie}`"));
    let mut lines = match sessions {
        [] => format!(
            "no session {of} is in the store; the store can't tell whether the passwords are those of the servers"
        ),
        [_] => format!("1 session {of}"),
        _ => format!("{} sessions {of}", sessions.len()),
    };
    for session in sessions {
        let _ = write!(lines, "\n\n{HEADING}{}{HEADING:#}", session.id);
        if let Some(issued_at) = session.issued_at {
            let _ = write!(lines, "\n  issued   {}", text::time(issued_at));
        }
        let _ = write!(lines, "\n  written  {}", text::time(session.written_at));
    }
    let sessions: Vec<_> = sessions.iter().map(described).collect();
    Report::new(lines, json!({ "cookie": cookie, "sessions": sessions })).with_raw("subject", subject.json())
}

fn described(session: &StoredSession) -> Value {
    json!({
        "id": session.id.as_str(),
        "issued_ms": session.issued_at.map(iron_session::clock::Timestamp::as_unix_ms),
        "written_ms": session.written_at.as_unix_ms(),
    })
}
