//! Errors and events: their texts, and reading the session while one is reported.

mod errors;
mod events;
mod looking;
