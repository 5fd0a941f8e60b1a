//! `inspect`: all that can be told of a seal, with or without its password.

use std::fmt::Write as _;

use iron_session::Sealer;
use iron_session::clock::{ManualClock, Timestamp};
use iron_session::error::UnsealError;
use iron_session::seal::Parts;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::args::InspectArgs;
use crate::failure::Failure;
use crate::output::{ERROR, GOOD, HEADING, Report, WARNING, shown, time};
use crate::pasted::Pasted;
use crate::{input, json_text, secret};

pub(crate) fn run(args: &InspectArgs) -> Result<Report, Failure> {
    // A prompt for the password comes before that for the cookie.
    let passwords = secret::find(&args.passwords)?;
    let text = input::read("a cookie or a seal")?;
    let pasted = Pasted::find(&text, args.name.as_deref())?;
    let parts = Parts::of(&pasted.seal).map_err(|error| Failure::of_unseal(&error, &pasted.seal, None))?;

    let id = if parts.password_id().is_empty() { "default" } else { parts.password_id() };
    let shape = match (&pasted.name, pasted.chunks) {
        (None, _) => "a seal".to_owned(),
        (Some(name), 0) => format!("one cookie, {name}"),
        (Some(name), chunks) => format!("{chunks} chunks, {name}.0 to {name}.{}", chunks - 1),
    };
    let payload_bytes =
        (parts.ciphertext_bytes().saturating_sub(16), parts.ciphertext_bytes().saturating_sub(1));
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{HEADING}{name:<9}{HEADING:#} {}", shown(value));
    };
    line("shape", &shape);
    line("password", &format!("id {id}"));
    line("expires", &parts.expires().map_or_else(|| "never".to_owned(), time));
    line("seal", &format!("{} bytes, in {} bytes as pasted", pasted.seal.len(), pasted.bytes));
    line("payload", &format!("{} to {} bytes", payload_bytes.0, payload_bytes.1));
    if !parts.has_marker() {
        line("marker", "no ~2 at its end: iron-session 8 reads it as empty");
    }
    let mut json = json!({
        "cookie": pasted.name,
        "chunks": pasted.chunks,
        "password_id": id,
        "expires_ms": parts.expires().map(Timestamp::as_unix_ms),
        "seal_bytes": pasted.seal.len(),
        "marker": parts.has_marker(),
    });

    let mut add =
        |name: &str, value: Value| json.as_object_mut().map(|json| json.insert(name.to_owned(), value));
    let Some(passwords) = passwords else {
        let _ = writeln!(
            text,
            "{HEADING}status   {HEADING:#} not verified: a password shows what is in it (--password-env VARIABLE)"
        );
        return Ok(Report::new(text, json));
    };
    let mut sealer = Sealer::new(passwords);
    if let Some(purpose) = &args.purpose {
        sealer = sealer.purpose(purpose);
    }
    let (result, expired) = open(&sealer, &pasted.seal);
    let failure = expired
        .as_ref()
        .or(result.as_ref().err())
        .map(|error| Failure::of_unseal(error, &pasted.seal, Some(&sealer)));
    add("status", failure.as_ref().map_or("valid", Failure::reason).into());
    match &failure {
        None => {
            let _ = writeln!(text, "{HEADING}status   {HEADING:#} {GOOD}valid{GOOD:#}");
        }
        Some(failure) => {
            let colour = if expired.is_some() { WARNING } else { ERROR };
            let (reason, message) = (failure.reason(), shown(failure.message()));
            let _ = writeln!(text, "{HEADING}status   {HEADING:#} {colour}{reason}{colour:#}: {message}");
            let _ = writeln!(text, "{HEADING}next     {HEADING:#} {}", shown(failure.next()));
            add("next", failure.next().into());
        }
    }
    if let Ok(payload) = &result {
        let value: Value = serde_json::from_str(payload.get()).unwrap_or_default();
        let version = value.pointer("/$/v").cloned();
        let number =
            version.as_ref().map_or_else(|| "untagged".to_owned(), |version| shown(&version.to_string()));
        let _ =
            writeln!(text, "{HEADING}version  {HEADING:#} {number}\n\n{}", json_text::indent(payload.get()));
        add("version", version.unwrap_or_default());
    }
    let report = Report::new(text, json).with_code(failure.map_or(0, |failure| failure.code()));
    Ok(match &result {
        Ok(payload) => report.with_payload(payload),
        Err(_) => report,
    })
}

/// Unseals; an expired seal as it was when it ended.
pub(super) fn open(sealer: &Sealer, seal: &str) -> (Result<Box<RawValue>, UnsealError>, Option<UnsealError>) {
    match sealer.unseal(seal) {
        Err(UnsealError::Expired { expired_at }) => {
            let then = sealer.clone().clock(ManualClock::at(expired_at));
            (then.unseal(seal), Some(UnsealError::Expired { expired_at }))
        }
        result => (result, None),
    }
}
