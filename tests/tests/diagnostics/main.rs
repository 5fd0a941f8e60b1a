//! Events: their texts, and reading the session while one is reported.

mod events;
mod looking;
