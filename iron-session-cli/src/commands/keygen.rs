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
    let mut rotation = if args.new { Rotation::default() } else { read_rotation()? };
    let map = &mut rotation.passwords;
    let highest = map.keys().filter_map(|id| number(id)).max();
    let id = if id == NEXT { after(highest)? } else { id.clone() };
    if map.contains_key(&id) {
        let next = "pass `--json next`, and keep the old passwords until their sessions have expired";
        return Err(Failure::other(format!("the map already has a password `{id}`"), next));
    }
    let is_highest = number(&id).is_some_and(|number| highest.is_none_or(|highest| highest <= number));
    if rotation.seal_with.is_none() && !is_highest {
        let seals = highest.map_or_else(|| "no password will".to_owned(), |(_, id)| format!("`{id}` will"));
        let text = format!("`{id}` will not be used to seal, {seals}: the highest numeric id is used");
        output::warning(&text, true);
    }
    map.insert(id, Value::String(password.to_string()));
    let json = rotation.into_json();
    Passwords::parse_retired(&json.to_string())
        .map_err(|error| Failure::other(error, "pass `--json next`, or an id without `*` and `~`"))?;
    Ok(Report::new(json.to_string(), json).on_one_line())
}

/// The passwords that the servers have.
#[derive(Default)]
struct Rotation {
    passwords: Map<String, Value>,
    /// The id that seals, if the text chooses one. Without it, the new password would seal at once,
    /// and a server that does not have it yet would sign its users out.
    seal_with: Option<Value>,
}

impl Rotation {
    fn into_json(self) -> Value {
        match self.seal_with {
            Some(id) => json!({ "seal_with": id, "passwords": self.passwords }),
            None => Value::Object(self.passwords),
        }
    }
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

/// Reads the rotation that was piped in; a single password is that of id 1.
///
/// A new one is begun where that was said, or at a terminal: one that is begun because the
/// old one could not be read, and is then deployed, signs everybody out.
fn read_rotation() -> Result<Rotation, Failure> {
    if std::io::stdin().is_terminal() {
        return Ok(Rotation::default());
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
        Ok(Value::Object(map)) => Ok(from_map(map)),
        Ok(Value::Array(elements)) => {
            from_list(&elements).ok_or_else(|| unreadable(&"an element has no id or no password"))
        }
        _ => {
            let passwords = Map::from_iter([("1".to_owned(), Value::String(text))]);
            Ok(Rotation { passwords, seal_with: None })
        }
    }
}

/// A map of passwords, or `{"seal_with":"1","passwords":{…}}`.
fn from_map(mut map: Map<String, Value>) -> Rotation {
    match map.remove("passwords") {
        Some(Value::Object(passwords)) => Rotation { passwords, seal_with: map.remove("seal_with") },
        // A password that has this id.
        Some(password) => {
            map.insert("passwords".to_owned(), password);
            Rotation { passwords: map, seal_with: None }
        }
        None => Rotation { passwords: map, seal_with: None },
    }
}

/// A list: `[{"id":2,"password":"…"},{"id":1,"password":"…","seals":true}]`.
fn from_list(elements: &[Value]) -> Option<Rotation> {
    let mut rotation = Rotation::default();
    for element in elements {
        let id = match element.get("id")? {
            Value::String(id) => id.clone(),
            id => id.to_string(),
        };
        if element.get("seals").is_some_and(|seals| *seals == json!(true)) {
            rotation.seal_with = Some(Value::String(id.clone()));
        }
        rotation.passwords.insert(id, element.get("password")?.clone());
    }
    Some(rotation)
}
