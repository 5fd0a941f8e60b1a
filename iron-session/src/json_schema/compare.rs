//! Compares two JSON Schemas, keyword by keyword.
//!
//! It is made for the output of `schemars`. An unknown keyword counts as part of the type: any
//! difference in it is breaking.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::change::{Change, Impact};
use super::choice::{Variant, choices, pairs, variants};
use super::keywords::{ANNOTATIONS, EXTENSION, Keywords, object, resolve};
use super::words::{list, of_type};
use crate::codec::VALUE;
use crate::limits::METADATA_NAME;

/// Lists the changes between two schemas of a session, as far as they affect payloads.
///
/// The versions are not compared.
///
/// # Example
///
/// ```
/// use iron_session::json_schema::{Impact, changes};
/// use serde_json::json;
///
/// let old = json!({ "type": "object", "properties": { "visits": { "type": "integer" } } });
/// let new = json!({ "type": "object", "properties": { "visits": { "type": "string" } } });
/// let changes = changes(&old, &new);
/// assert_eq!(changes[0].impact(), Impact::Breaking);
/// assert_eq!(changes[0].to_string(), "breaking  visits: is a string, was an integer");
/// ```
#[must_use]
pub fn changes(old: &Value, new: &Value) -> Vec<Change> {
    let mut comparison = Comparison { old, new, seen: HashSet::new(), found: Vec::new() };
    comparison.session();
    comparison.found
}

struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    /// Pairs of references that were compared already, or are being compared.
    seen: HashSet<(String, String)>,
    found: Vec<Change>,
}

impl Comparison<'_> {
    fn note(&mut self, impact: Impact, path: &str, what: impl Into<String>) {
        self.found.push(Change { impact, path: path.to_owned(), what: what.into() });
    }

    fn breaking(&mut self, path: &str, what: impl Into<String>) {
        self.note(Impact::Breaking, path, what);
    }

    fn additive(&mut self, path: &str, what: impl Into<String>) {
        self.note(Impact::Additive, path, what);
    }

    fn session(&mut self) {
        let (mut old, mut new) = (resolve(self.old, self.old), resolve(self.new, self.new));
        match (says(&old, "javascript"), says(&new, "javascript")) {
            (true, false) => self.breaking("", "is no longer written by JavaScript too"),
            (false, true) => self.breaking("", "is now written by JavaScript too"),
            _ => {}
        }
        match (says(&old, "revocable"), says(&new, "revocable")) {
            (true, false) => self.additive("", "is no longer revocable"),
            (false, true) => self.additive("", "is revocable"),
            _ => {}
        }
        let may_be_record = |schema| fact(schema, "storage").is_some();
        match (may_be_record(&old), may_be_record(&new)) {
            (true, false) => self.breaking("", "no longer reads sessions from records"),
            (false, true) => self.breaking("", "may write sessions into records"),
            _ => {}
        }
        for keywords in [&mut old, &mut new] {
            // The metadata only says what the version is.
            keywords.remove("required");
            if let Some(Value::Object(members)) = keywords.get_mut("properties") {
                members.remove(METADATA_NAME);
            }
        }
        self.keywords("", &old, &new);
    }

    fn schema(&mut self, path: &str, old: &Value, new: &Value) {
        let reference = |schema: &Value| Some(schema.get("$ref")?.as_str()?.to_owned());
        if let (Some(old), Some(new)) = (reference(old), reference(new))
            && !self.seen.insert((old, new))
        {
            return;
        }
        let (old, new) = (resolve(self.old, old), resolve(self.new, new));
        self.keywords(path, &old, &new);
    }

    fn keywords(&mut self, path: &str, old: &Keywords, new: &Keywords) {
        match (says(old, "flash"), says(new, "flash")) {
            (true, false) => self.additive(path, "is no longer a flash"),
            (false, true) => self.additive(path, "is a flash"),
            _ => {}
        }
        match (says(old, "expiring"), says(new, "expiring")) {
            (true, true) => return self.schema(path, value_of(old), value_of(new)),
            (true, false) => return self.breaking(path, "no longer expires, which changes its form"),
            (false, true) => return self.breaking(path, "expires, which changes its form"),
            (false, false) => {}
        }
        if let (Some(old), Some(new)) = (choices(self.old, old), choices(self.new, new)) {
            return self.choices(path, &old, &new);
        }
        if old.get("type") != new.get("type") {
            return self.breaking(path, format!("is {}, was {}", of_type(new), of_type(old)));
        }
        self.bounds(path, old, new);
        self.members(path, old, new);
        self.elements(path, old, new);
        self.variants(path, old, new);
        self.rest(path, old, new);
    }

    /// Compares the values of a choice.
    fn choices(&mut self, path: &str, old: &[Value], new: &[Value]) {
        let gone: Vec<_> = old.iter().filter(|value| !new.contains(value)).collect();
        let added: Vec<_> = new.iter().filter(|value| !old.contains(value)).collect();
        if !gone.is_empty() {
            self.breaking(path, format!("can no longer be {}", list(&gone)));
        }
        if !added.is_empty() {
            self.breaking(path, format!("can be {} too, which older servers can't read", list(&added)));
        }
    }

    fn bounds(&mut self, path: &str, old: &Keywords, new: &Keywords) {
        let bytes = |schema: &Keywords| schema.get(EXTENSION)?.get("max_bytes")?.as_u64();
        let bytes_changed = bytes(old) != bytes(new);
        self.bound(path, "max_bytes", bytes(old), bytes(new));
        for keyword in ["maxLength", "maxItems", "maxProperties"] {
            // `maxLength` only repeats the limit in bytes.
            let is_said = keyword == "maxLength" && bytes_changed;
            if !is_said && !is_range(keyword, old, new) {
                let limit = |schema: &Keywords| schema.get(keyword).and_then(Value::as_u64);
                self.bound(path, keyword, limit(old), limit(new));
            }
        }
    }

    fn bound(&mut self, path: &str, name: &str, old: Option<u64>, new: Option<u64>) {
        match (old, new) {
            (Some(old), Some(new)) if new < old => {
                self.breaking(path, format!("`{name}` is {new}, was {old}"));
            }
            (None, Some(new)) => self.breaking(path, format!("`{name}` is {new}, there was no limit")),
            (Some(old), Some(new)) if new > old => {
                self.additive(path, format!("`{name}` is {new}, was {old}"));
            }
            (Some(old), None) => self.additive(path, format!("`{name}` was {old}, there is no limit")),
            _ => {}
        }
    }

    fn members(&mut self, path: &str, old: &Keywords, new: &Keywords) {
        let (old_members, new_members) = (object(old, "properties"), object(new, "properties"));
        let (old_required, new_required) = (required(old), required(new));
        // The type that older servers expect of any other member, as in a flattened
        // map.
        let others = old.get("additionalProperties").filter(|others| others.is_object());
        for (name, was) in old_members {
            let path = join(path, name);
            let Some(is) = new_members.get(name) else {
                let is_lost = forgets(new, name);
                let what = if is_lost { "removed and forgotten: older servers lose it" } else { "removed" };
                self.breaking(&path, what);
                continue;
            };
            match (old_required.contains(name), new_required.contains(name)) {
                (false, true) => self.breaking(&path, "is required, was optional"),
                (true, false) => self.breaking(&path, "is optional, which older servers can't read"),
                _ => {}
            }
            self.schema(&path, was, is);
        }
        for (name, is) in new_members.iter().filter(|(name, _)| !old_members.contains_key(*name)) {
            let kind = of_type(&resolve(self.new, is));
            let path = join(path, name);
            if new_required.contains(name) {
                self.breaking(&path, format!("added, {kind}, required"));
            } else if forgets(old, name) {
                self.breaking(&path, format!("added, {kind}, which older servers forget"));
            } else if refuses_others(old) {
                self.breaking(&path, format!("added, {kind}, which older servers reject"));
            } else if let Some(others) = others
                && !self.is_read_as(&path, others, is)
            {
                let others = of_type(&resolve(self.old, others));
                self.breaking(&path, format!("added, {kind}, which older servers read as {others}"));
            } else {
                self.additive(&path, format!("added, {kind}"));
            }
        }
        match (refuses_others(old), refuses_others(new)) {
            (false, true) => self.breaking(path, "rejects unknown members"),
            (true, false) => self.additive(path, "accepts unknown members"),
            _ => {}
        }
    }

    /// Tells whether older servers can read a member that they expect to be of another
    /// type.
    fn is_read_as(&mut self, path: &str, old: &Value, new: &Value) -> bool {
        let found = self.found.len();
        self.schema(path, old, new);
        self.found.drain(found..).all(|change| change.impact == Impact::Additive)
    }

    /// Compares the elements of a list or a map.
    fn elements(&mut self, path: &str, old: &Keywords, new: &Keywords) {
        let anything = Value::Bool(true);
        for (keyword, suffix) in [("items", "[]"), ("additionalProperties", "{}")] {
            match (old.get(keyword), new.get(keyword)) {
                (None, None) => {}
                (old, new) if [old, new].contains(&Some(&Value::Bool(false))) => {
                    if keyword == "items" && old != new {
                        self.breaking(path, "has a different number of elements");
                    }
                }
                (old, new) => {
                    let (old, new) = (old.unwrap_or(&anything), new.unwrap_or(&anything));
                    self.schema(&format!("{path}{suffix}"), old, new);
                }
            }
        }
        let tuple = |schema: &Keywords| schema.get("prefixItems").and_then(Value::as_array).cloned();
        let (old, new) = (tuple(old).unwrap_or_default(), tuple(new).unwrap_or_default());
        if old.len() != new.len() {
            return self.breaking(path, format!("has {} elements, had {}", new.len(), old.len()));
        }
        for (index, (old, new)) in old.iter().zip(&new).enumerate() {
            self.schema(&format!("{path}[{index}]"), old, new);
        }
    }

    /// Compares the variants of an enum, paired by name.
    fn variants(&mut self, path: &str, old: &Keywords, new: &Keywords) {
        let old = (self.old, variants(self.old, old));
        let new = (self.new, variants(self.new, new));
        let (pairs, added) = pairs(old, new);
        for (was, is) in &pairs {
            match is {
                Some(is) => self.schema(&format!("{path}({})", was.name), &was.schema, &is.schema),
                None => self.breaking(path, format!("can no longer be {}", was.name)),
            }
        }
        self.turns(path, &pairs);
        for Variant { name, .. } in &added {
            self.breaking(path, format!("can be {name} too, which older servers can't read"));
        }
    }

    /// Compares the order of variants, which matters if a value fits two of them.
    fn turns(&mut self, path: &str, pairs: &[(Variant, Option<Variant>)]) {
        let turn = |(was, is): &(Variant, Option<Variant>)| {
            let members = resolve(self.old, &was.schema);
            Some((was.turn?, is.as_ref()?.turn?, members))
        };
        let turns: Vec<_> = pairs.iter().filter_map(turn).collect();
        let is_turned = turns.iter().any(|(was, is, members)| {
            let mut later = turns.iter().filter(|(other_was, ..)| other_was > was);
            later.any(|(_, other_is, others)| other_is < is && can_fit_both(members, others))
        });
        if is_turned {
            self.breaking(path, "its variants are in a different order, and the first one that fits is used");
        }
    }

    /// Compares all other keywords. They count as part of the type.
    fn rest(&mut self, path: &str, old: &Keywords, new: &Keywords) {
        const COMPARED: &[&str] = &[
            "type",
            "properties",
            "required",
            "items",
            "prefixItems",
            "additionalProperties",
            "oneOf",
            "anyOf",
            "$ref",
        ];
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            let is_bound = ["maxLength", "maxItems", "maxProperties"].contains(&name.as_str());
            let is_compared = COMPARED.contains(&name.as_str())
                || ANNOTATIONS.contains(&name.as_str())
                || (is_bound && !is_range(name, old, new));
            if is_compared || old.get(name) == new.get(name) {
                continue;
            }
            let what = match (old.get(name), new.get(name)) {
                (Some(old), Some(new)) => format!("`{name}` is {new}, was {old}"),
                (None, Some(new)) => format!("`{name}` is {new}"),
                (Some(old), None) => format!("`{name}` is no longer {old}"),
                (None, None) => continue,
            };
            self.breaking(path, what);
        }
    }
}

/// Tells whether a limit belongs to a type of fixed length, such as an array.
fn is_range(keyword: &str, old: &Keywords, new: &Keywords) -> bool {
    let least = keyword.replace("max", "min");
    old.contains_key(&least) || new.contains_key(&least)
}

fn says(schema: &Keywords, name: &str) -> bool {
    fact(schema, name) == Some(&Value::Bool(true))
}

fn fact<'a>(schema: &'a Keywords, name: &str) -> Option<&'a Value> {
    schema.get(EXTENSION)?.get(name)
}

/// Returns the schema of the value in a member that has a deadline.
fn value_of(schema: &Keywords) -> &Value {
    object(schema, "properties").get(VALUE).unwrap_or(&Value::Null)
}

/// Tells whether a session drops a member that it doesn't know.
fn forgets(session: &Keywords, name: &str) -> bool {
    let names = session.get(EXTENSION).and_then(|says| says.get("forgets")).and_then(Value::as_array);
    names.is_some_and(|names| names.iter().any(|forgotten| forgotten == name))
}

fn required(schema: &Keywords) -> HashSet<&String> {
    let names = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    names.filter_map(|name| if let Value::String(name) = name { Some(name) } else { None }).collect()
}

/// Tells whether one object can be read as both types, judging by the members that they
/// require.
fn can_fit_both(one: &Keywords, other: &Keywords) -> bool {
    let is_read_as = |value: &Keywords, of: &Keywords| {
        required(of).iter().all(|name| object(value, "properties").contains_key(*name))
    };
    is_read_as(one, other) || is_read_as(other, one)
}

fn refuses_others(schema: &Keywords) -> bool {
    schema.get("additionalProperties") == Some(&Value::Bool(false))
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
