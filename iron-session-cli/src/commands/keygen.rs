//! `keygen`: a password good for years.

use std::io::IsTerminal as _;

use iron_session::{Password, Passwords};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use crate::args::KeygenArgs;
use crate::failure::Failure;
use crate::output::Report;
use crate::{input, output, secret};

/// Stands for the id after the highest.
const NEXT: &str = "next";

pub(crate) fn run(args: &KeygenArgs) -> Result<Report, Failure> {
    let password = generate()?;
    let Some(Some(id)) = &args.json else {
        return Ok(Report::new(password.as_str(), json!({ "password": *password })));
    };
    let mut map = rotation(args.new)?;
    let highest = map.keys().filter_map(|id| number(id)).max();
    let id = if id == NEXT { after(highest)? } else { id.clone() };
    if map.contains_key(&id) {
        let next = "pass `--json next`, and keep the old passwords until their sessions have expired";
        return Err(Failure::other(format!("the map already has a password `{id}`"), next));
    }
    if number(&id).is_none_or(|number| highest.is_some_and(|highest| highest > number)) {
        let seals = highest.map_or_else(|| "no password will".to_owned(), |(_, id)| format!("`{id}` will"));
        let text = format!("`{id}` will not be used to seal, {seals}: the highest numeric id is used");
        output::warning(&text, true);
    }
    map.insert(id, Value::String(password.to_string()));
    let map = Value::Object(map);
    Passwords::parse_retired(&map.to_string())
        .map_err(|error| Failure::other(error, "pass `--json next`, or an id without `*` and `~`"))?;
    Ok(Report::new(map.to_string(), map).on_one_line())
}

/// A key to sort ids that are numbers by; they may be of any length.
fn number(id: &str) -> Option<(usize, &str)> {
    let is_canonical = id == "0" || !id.starts_with('0');
    let is_number = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    (is_canonical && is_number).then_some((id.len(), id))
}

fn after(highest: Option<(usize, &str)>) -> Result<String, Failure> {
    let Some((_, id)) = highest else { return Ok("1".to_owned()) };
    let next = id.parse::<u64>().ok().and_then(|id| id.checked_add(1));
    let next = next.map(|id| id.to_string());
    next.ok_or_else(|| Failure::other(format!("there is no id after `{id}`"), "pass an id: --json ID"))
}

fn generate() -> Result<Zeroizing<String>, Failure> {
    let password = Password::generate().map_err(|error| Failure::caused_by(&error, "try again later"))?;
    Ok(Zeroizing::new(password.expose_text().unwrap_or_default().to_owned()))
}

/// The rotation that was piped in; a single password is that of id 1.
///
/// A new one is begun where that was said, or at a terminal: one that is begun because the
/// old one could not be read, and is then deployed, signs everybody out.
fn rotation(is_new: bool) -> Result<Map<String, Value>, Failure> {
    if is_new || std::io::stdin().is_terminal() {
        return Ok(Map::new());
    }
    let text = input::read("the current passwords").map_err(|failure| {
        failure.with_next("pipe in the current passwords, or start a new map with --new")
    })?;
    let unreadable = |reason: &dyn std::fmt::Display| {
        let next = "pipe in the passwords as the servers have them: {\"1\":\"…\"}";
        Failure::other(format!("standard input is not a set of passwords: {reason}"), next)
    };
    // What no server could read is refused, an id that stands twice included; a password that
    // is weak has to be replaced like any other.
    let advice = "until it is removed, `Passwords::from_env` rejects the map; add the password with \
                  `PasswordsBuilder::retired`";
    secret::lenient(&text, advice, true).map_err(|error| unreadable(&error))?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(Value::Array(elements)) => {
            let entries: Option<_> = elements.iter().map(entry).collect();
            entries.ok_or_else(|| unreadable(&"an element has no id or no password"))
        }
        _ => Ok(Map::from_iter([("1".to_owned(), Value::String(text))])),
    }
}

/// An element of the array form: `{"id":2,"password":"…"}`.
fn entry(element: &Value) -> Option<(String, Value)> {
    let id = match element.get("id")? {
        Value::String(id) => id.clone(),
        id => id.to_string(),
    };
    Some((id, element.get("password")?.clone()))
}
