//! `budget`: what the members of a session can need, from its schema.

use std::fmt::Write as _;

use iron_session::__private::{Budget, FieldBudget, Schema, Storage};
use serde_json::{Value, json};

use crate::args::SchemaFile;
use crate::failure::Failure;
use crate::input;
use crate::output::Report;
use crate::text::shown;

/// Exit code of a session that can be too large.
const OVER: u8 = 8;

pub(crate) fn run(args: &SchemaFile) -> Result<Report, Failure> {
    let schema = input::schema(&args.schema)?;
    let budget = Budget::new(settings(&schema), fields(&schema));
    let over = budget.excess_bytes();
    let members: Vec<_> = budget
        .fields()
        .iter()
        .map(|field| json!({ "name": field.name(), "max_bytes": field.max_bytes() }))
        .collect();
    let json = json!({
        "members": members,
        "max_payload_bytes": budget.max_payload_bytes(),
        "bounded_payload_bytes": budget.bounded_payload_bytes(),
        "limit_bytes": budget.limit_bytes(),
        "max_cookies": budget.max_cookies(),
        "excess_bytes": over,
    });
    let mut text = budget.to_string().lines().map(shown).collect::<Vec<_>>().join("\n");
    if over > 0 {
        let _ = write!(
            text,
            "\n\nthe session can be {over} bytes too large: lower a `max_bytes` or `max_items`, or raise `max_cookies`"
        );
    }
    Ok(Report::new(text, json).with_code(if over > 0 { OVER } else { 0 }))
}

fn settings(schema: &Value) -> Schema {
    let says = |name: &str| schema.get("x-iron-session")?.get(name)?.as_u64();
    let bytes = |name: &str| says(name).and_then(|bytes| usize::try_from(bytes).ok());
    let version = |name: &str| says(name).and_then(|version| u32::try_from(version).ok());
    let name = schema.get("title").and_then(Value::as_str).unwrap_or("the session");
    let mut settings = Schema::new(leak(name));
    if let Some(number) = version("version") {
        settings = settings.with_version(number, version("untagged").unwrap_or(number));
    }
    if let Some(oldest) = version("readable_by") {
        settings = settings.with_readable_by(oldest);
    }
    if let Some(max_cookies) = bytes("max_cookies") {
        settings = settings.with_max_cookies(max_cookies.min(iron_session::cookie::MAX_CHUNKS));
    }
    if let Some(overhead) = bytes("overhead_bytes") {
        settings = settings.with_overhead_bytes(overhead);
    }
    if schema.pointer("/x-iron-session/revocable") == Some(&Value::Bool(true)) {
        settings = settings.with_revocable();
    }
    let storage = match schema.pointer("/x-iron-session/storage").and_then(Value::as_str) {
        Some("overflow") => Storage::Overflow,
        Some("server") => Storage::Server,
        _ => Storage::Cookie,
    };
    settings = settings.with_storage(storage);
    if let Some(bytes) = bytes("max_record_bytes") {
        settings = settings.with_max_record_bytes(bytes);
    }
    settings.with_reserve_unknown_bytes(bytes("reserve_unknown_bytes").unwrap_or(0))
}

fn fields(schema: &Value) -> &'static [FieldBudget] {
    let members = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let fields = members.filter(|(name, _)| *name != "$").map(|(name, member)| {
        let says = |name: &str| member.get("x-iron-session")?.get(name);
        let largest =
            says("largest_bytes").and_then(Value::as_u64).and_then(|bytes| usize::try_from(bytes).ok());
        let field = FieldBudget::new(leak(name), largest);
        if says("expiring") == Some(&Value::Bool(true)) { field.with_deadline() } else { field }
    });
    fields.collect::<Vec<_>>().leak()
}

/// A budget is made of constants; this program ends soon.
fn leak(text: &str) -> &'static str {
    text.to_owned().leak()
}
