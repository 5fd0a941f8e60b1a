//! `inspect`: everything that can be learned about a seal, with or without its password.

use std::fmt::Write as _;

use iron_session::Sealer;
use iron_session::clock::Timestamp;
use iron_session::error::UnsealError;
use iron_session::seal::Parts;
use serde_json::{Value, json};

use crate::args::LookArgs;
use crate::failure::Failure;
use crate::opened::OpenedSeal;
use crate::output::Report;
use crate::pasted::{Pasted, PastedSeal};
use crate::terminal::{ERROR, GOOD, HEADING, WARNING};
use crate::text::{shown, time};
use crate::{input, json_text, secret};

pub(crate) fn run(args: &LookArgs) -> Result<Report, Failure> {
    // A prompt for the password comes before that for the cookie.
    let passwords = secret::find(&args.passwords, args.json)?;
    let text = input::read("a cookie or a seal")?;
    let pasted = Pasted::find(&text, args.name.as_deref())?;
    let Some(passwords) = passwords else {
        // Which of several opens is not known: the first that can be taken apart is shown.
        let mut all = std::iter::once(&pasted.first).chain(&pasted.others);
        let sound = all.find(|seal| Parts::parse(&seal.text).is_ok());
        let shown = sound.unwrap_or(&pasted.first);
        let mut report =
            parts(&pasted, shown).map_err(|error| Failure::from_unseal_error(&error, &shown.text, None))?;
        line(
            &mut report.text,
            "status",
            "not verified; pass a password to see the payload (--password-env VARIABLE)",
        );
        return Ok(report);
    };
    let mut sealer = Sealer::new(passwords);
    if let Some(purpose) = &args.purpose {
        sealer = sealer.with_purpose(purpose);
    }
    let opened = OpenedSeal::new(&pasted, &sealer);
    let seal = &opened.seal.text;
    let report = parts(&pasted, &opened.seal)
        .map_err(|error| Failure::from_unseal_error(opened.error().unwrap_or(&error), seal, Some(&sealer)))?;
    Ok(content(report, &opened, &sealer))
}

/// Reports what anybody can see.
fn parts(pasted: &Pasted, seal: &PastedSeal) -> Result<Report, UnsealError> {
    let PastedSeal { text, chunks } = seal;
    let parts = Parts::parse(text)?;
    let id = if parts.password_id().is_empty() { "default" } else { parts.password_id() };
    let name = pasted.cookies.as_ref().map(|cookies| cookies.name.as_str());
    let shape = match (name, chunks) {
        (None, _) => "a seal".to_owned(),
        (Some(name), 0) => format!("one cookie, {name}"),
        (Some(name), 1) => format!("one chunk, {name}.0"),
        (Some(name), chunks) => format!("{chunks} chunks, {name}.0 to {name}.{}", chunks - 1),
    };
    let bytes = parts.ciphertext_bytes();
    let mut lines = String::new();
    let mut add = |name: &str, value: &str| line(&mut lines, name, &shown(value));
    add("shape", &shape);
    if !pasted.others.is_empty() {
        let count = pasted.others.len();
        add("others", &format!("{count} more with this name; a server uses the one that was sealed last"));
    }
    add("password", &format!("id {id}"));
    add("expires", &parts.expires().map_or_else(|| "never".to_owned(), time));
    add("seal", &format!("{} bytes, in {} bytes as pasted", text.len(), pasted.bytes));
    add("payload", &format!("{} to {} bytes", bytes.saturating_sub(16), bytes.saturating_sub(1)));
    if !parts.has_marker() {
        add("marker", "no ~2 at the end; iron-session 8 reads the session as empty");
    }
    let json = json!({
        "cookie": name,
        "chunks": chunks,
        "others": pasted.others.len(),
        "password_id": id,
        "expires_ms": parts.expires().map(Timestamp::as_unix_ms),
        "seal_bytes": text.len(),
        "marker": parts.has_marker(),
    });
    Ok(Report::new(lines, json))
}

/// Adds what only a password shows.
fn content(mut report: Report, opened: &OpenedSeal, sealer: &Sealer) -> Report {
    let seal = &opened.seal.text;
    let failure = opened.error().map(|error| Failure::from_unseal_error(error, seal, Some(sealer)));
    match &failure {
        None => line(&mut report.text, "status", &format!("{GOOD}valid{GOOD:#}")),
        Some(failure) => {
            let colour = if opened.is_expired() { WARNING } else { ERROR };
            let status = format!("{colour}{}{colour:#}: {}", failure.reason(), shown(failure.message()));
            line(&mut report.text, "status", &status);
            line(&mut report.text, "next", &shown(failure.next()));
            report = report.with("next", &failure.next().into());
        }
    }
    report = report.with("status", &failure.as_ref().map_or("valid", Failure::reason).into());
    if let Ok(payload) = &opened.payload {
        let value: Value = serde_json::from_str(payload.get()).unwrap_or_default();
        let version = value.pointer("/$/v").cloned();
        let number = version.as_ref().map_or_else(|| "untagged".to_owned(), |v| shown(&v.to_string()));
        line(&mut report.text, "version", &number);
        let _ = writeln!(report.text, "\n{}", json_text::indent(payload.get()));
        report = report.with("version", &version.unwrap_or_default()).with_raw("payload", payload);
    }
    report.with_code(failure.map_or(0, |failure| failure.code()))
}

fn line(text: &mut String, name: &str, value: &str) {
    // Writing to a `String` does not fail.
    let _ = writeln!(text, "{HEADING}{name:<9}{HEADING:#} {value}");
}
