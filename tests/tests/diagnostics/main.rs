//! Events: their texts, their table in the book, and reading the session while one is reported.

mod book;
mod events;
mod looking;
