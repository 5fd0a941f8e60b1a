//! JSON Schemas of sessions: held against real payloads by an independent
//! validator, compared with each other, and kept as files.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "schemas/changes.rs"]
mod changes;
#[path = "schemas/files.rs"]
mod files;
#[path = "schemas/payloads.rs"]
mod payloads;

use iron_session::schema::WireSchema;
use serde_json::Value;

/// The schema of a session type, which is one by the rules of draft 2020-12.
fn schema<T: WireSchema>() -> Value {
    let schema = <T as WireSchema>::schema().to_value();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    schema
}
