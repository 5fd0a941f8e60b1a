//! A session's JSON Schema as TypeScript.
//!
//! Knows what `schemars` writes. What TypeScript can't say (bounds, ranges,
//! patterns) is left out, and a keyword that is not known here widens the type:
//! a value that the schema allows fits the type, always.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Map, Value};

/// Writes the interface of a session, the types that it uses, and its tag.
pub(crate) fn print(schema: &Value) -> String {
    let definitions = object(schema, "$defs");
    let mut taken = Taken::default();
    let name = taken.take(identifier(schema.get("title").and_then(Value::as_str).unwrap_or("AppSession")));
    // A definition that can keep its name goes before one that can't.
    let (plain, other): (Vec<_>, Vec<_>) = definitions.keys().partition(|key| is_identifier(key));
    let names = plain.into_iter().chain(other).map(|key| {
        let own = identifier(key);
        (key.clone(), taken.take(if own == name { format!("{own}Value") } else { own }))
    });
    let printer = Printer { names: names.collect() };

    let mut text = "// Written by `iron-session types`; do not edit.\n".to_owned();
    printer.declare(&mut text, &name, schema);
    for (key, definition) in definitions {
        let name = printer.names.get(key).map_or(key.as_str(), String::as_str);
        printer.declare(&mut text, name, definition);
    }
    tag(&mut text, &name, schema);
    text
}

/// Writes what JavaScript sets `$` to, for its sessions to have the version.
fn tag(text: &mut String, name: &str, schema: &Value) {
    let says = |word: &str| schema.get("x-iron-session")?.get(word)?.as_u64();
    let Some(version) = says("version") else { return };
    let oldest = says("readable_by").map(|oldest| format!(", r: {oldest}")).unwrap_or_default();
    let _ = write!(
        text,
        "\n/** The tag of version {version}: `session.$ = {{ ...session.$, ...{constant} }}` before `save()`. */\n\
         export const {constant} = {{ v: {version}{oldest} }} as const;\n",
        constant = format!("{}_TAG", screaming(name)),
    );
}

/// Names that TypeScript does not allow to be declared again, or that the generated text uses itself.
const RESERVED: &[&str] = &[
    "Array",
    "Record",
    "any",
    "bigint",
    "boolean",
    "never",
    "null",
    "number",
    "object",
    "string",
    "symbol",
    "undefined",
    "unknown",
    "void",
];

/// The names that types have already.
#[derive(Default)]
struct Taken(BTreeSet<String>);

impl Taken {
    /// Takes a name, with a number where it is another's.
    fn take(&mut self, name: String) -> String {
        let is_free = |name: &String| !RESERVED.contains(&name.as_str()) && !self.0.contains(name);
        let numbered = (2..).map(|number: u32| format!("{name}{number}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(is_free).unwrap_or(name);
        self.0.insert(free.clone());
        free
    }
}

struct Printer {
    /// The names of the definitions.
    names: BTreeMap<String, String>,
}

impl Printer {
    fn declare(&self, text: &mut String, name: &str, schema: &Value) {
        text.push('\n');
        text.push_str(&docs(schema, ""));
        if object(schema, "properties").is_empty() || is_choice(schema) {
            let _ = writeln!(text, "export type {name} = {};", self.type_of(schema, ""));
        } else {
            let _ = writeln!(text, "export interface {name} {}", self.members(schema, ""));
        }
    }

    /// Writes the type of a schema's values.
    fn type_of(&self, schema: &Value, indent: &str) -> String {
        if schema == &Value::Bool(false) {
            return "never".to_owned();
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let name = reference.strip_prefix("#/$defs/").map(unescape);
            return name.and_then(|name| self.names.get(&name).cloned()).unwrap_or_else(unknown);
        }
        if let Some(value) = schema.get("const") {
            return literal(value);
        }
        if let Some(Value::Array(values)) = schema.get("enum") {
            return union(values.iter().map(literal));
        }
        for keyword in ["oneOf", "anyOf"] {
            if let Some(Value::Array(variants)) = schema.get(keyword) {
                let choice = union(variants.iter().map(|variant| self.type_of(variant, indent)));
                // What the variants have in common stands beside them.
                return if object(schema, "properties").is_empty() {
                    choice
                } else {
                    format!("{} & ({choice})", self.members(schema, indent))
                };
            }
        }
        match schema.get("type") {
            Some(Value::String(kind)) => self.type_of_kind(kind, schema, indent),
            Some(Value::Array(kinds)) => union(
                kinds.iter().filter_map(Value::as_str).map(|kind| self.type_of_kind(kind, schema, indent)),
            ),
            _ => unknown(),
        }
    }

    fn type_of_kind(&self, kind: &str, schema: &Value, indent: &str) -> String {
        match kind {
            "string" | "boolean" | "null" => kind.to_owned(),
            "integer" | "number" => "number".to_owned(),
            "array" => match (schema.get("prefixItems"), schema.get("items")) {
                (Some(Value::Array(items)), _) => {
                    let items: Vec<_> = items.iter().map(|item| self.type_of(item, indent)).collect();
                    format!("[{}]", items.join(", "))
                }
                (_, Some(item)) => format!("Array<{}>", self.type_of(item, indent)),
                _ => "Array<unknown>".to_owned(),
            },
            "object" if object(schema, "properties").is_empty() => {
                let value = schema.get("additionalProperties").filter(|value| value.is_object());
                let value = value.map_or_else(unknown, |value| self.type_of(value, indent));
                format!("Record<string, {value}>")
            }
            "object" => self.members(schema, indent),
            _ => unknown(),
        }
    }

    /// Writes `{ name?: type; … }`.
    fn members(&self, schema: &Value, indent: &str) -> String {
        let required: Vec<_> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let inner = format!("{indent}  ");
        let mut text = "{\n".to_owned();
        for (name, member) in object(schema, "properties") {
            // JavaScript begins with an empty session, which has no metadata yet.
            let is_there = required.contains(&name.as_str()) && name != "$";
            let mark = if is_there { "" } else { "?" };
            let key = if is_identifier(name) { name.clone() } else { literal(&Value::String(name.clone())) };
            text.push_str(&docs(member, &inner));
            // A schema without a version has no type for the metadata, because a reader ignores what is no
            // object. A writer always writes an object.
            let kind = if name == "$" { self.members(member, &inner) } else { self.type_of(member, &inner) };
            let _ = writeln!(text, "{inner}{key}{mark}: {kind};");
        }
        text + indent + "}"
    }
}

/// Whether a schema says more than the members of one object.
fn is_choice(schema: &Value) -> bool {
    ["oneOf", "anyOf", "enum", "const", "$ref"].iter().any(|keyword| schema.get(keyword).is_some())
        || schema.get("type").is_some_and(Value::is_array)
}

fn unknown() -> String {
    "unknown".to_owned()
}

fn union(types: impl Iterator<Item = String>) -> String {
    let mut list: Vec<String> = Vec::new();
    for name in types {
        if !list.contains(&name) {
            list.push(name);
        }
    }
    if list.is_empty() { "never".to_owned() } else { list.join(" | ") }
}

/// JSON of plain values is JavaScript; of others the type is not told apart.
fn literal(value: &Value) -> String {
    match value {
        Value::Array(_) => "Array<unknown>".to_owned(),
        Value::Object(_) => "Record<string, unknown>".to_owned(),
        value => value.to_string(),
    }
}

/// Writes the documentation, which can't end the comment that it stands in.
fn docs(schema: &Value, indent: &str) -> String {
    let Some(text) = schema.get("description").and_then(Value::as_str) else { return String::new() };
    let text = text.replace("*/", "*\\/");
    if !text.contains('\n') {
        return format!("{indent}/** {text} */\n");
    }
    let lines: Vec<_> = text.lines().map(|line| format!("{indent} * {line}").trim_end().to_owned()).collect();
    format!("{indent}/**\n{}\n{indent} */\n", lines.join("\n"))
}

fn object<'a>(schema: &'a Value, keyword: &str) -> &'a Map<String, Value> {
    static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    schema.get(keyword).and_then(Value::as_object).unwrap_or(&NONE)
}

/// Undoes the escapes of a JSON pointer in a fragment.
fn unescape(name: &str) -> String {
    name.replace("~1", "/").replace("~0", "~")
}

fn is_identifier(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    name.chars().all(is_part) && name.chars().next().is_some_and(|first| !first.is_ascii_digit())
}

/// Makes a name that a type can have.
fn identifier(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '_' || c == '$' { c } else { '_' })
        .collect();
    if is_identifier(&name) { name } else { format!("_{name}") }
}

/// `AppSession` as `APP_SESSION`.
fn screaming(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !text.is_empty() && !text.ends_with('_') {
            text.push('_');
        }
        text.push(c.to_ascii_uppercase());
    }
    text
}
