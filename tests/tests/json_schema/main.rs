//! JSON Schemas of sessions: held against real payloads by an independent
//! validator, compared with each other, and kept as files.

#[macro_use]
mod changes;
mod choices;
mod files;
mod payloads;
