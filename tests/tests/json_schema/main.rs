//! JSON Schemas of sessions: held against real payloads by an independent
//! validator, compared with each other, and kept as files.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod changes;
mod files;
mod payloads;
