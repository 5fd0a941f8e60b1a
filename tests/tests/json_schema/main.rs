//! JSON Schemas of sessions: held against real payloads by an independent
//! validator, compared with each other, and kept as files.

mod changes;
mod files;
mod payloads;
