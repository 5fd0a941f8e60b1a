//! JSON Schemas of sessions: held against real payloads by an independent
//! validator, compared with each other, and kept as files.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "schemas/changes.rs"]
mod changes;
#[path = "schemas/files.rs"]
mod files;
#[path = "schemas/payloads.rs"]
mod payloads;
