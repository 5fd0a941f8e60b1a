//! The samples of the book, compiled and run: `cargo test -p booktest --doc`.
//!
//! What is here beside them is what the samples use behind the scenes: a
//! [`Browser`], and a way to see the JSON inside a cookie.

#![allow(clippy::expect_used, clippy::missing_panics_doc, reason = "a sample fails by panicking")]

mod browser;
mod cookie;
#[cfg(test)]
mod links;

pub use browser::{Answer, Browser};
pub use cookie::{passwords, read, rewrite};

/// Makes each chapter the documentation of a module, which is where rustdoc
/// finds samples.
macro_rules! chapters {
    ($($module:ident = $file:literal;)*) => {
        $(#[cfg(doctest)]
        #[doc = include_str!(concat!("../../src/", $file))]
        mod $module {})*

        #[cfg(test)]
        const CHAPTERS: &[&str] = &[$($file),*];
    };
}

chapters! {
    start = "start.md";
    session_struct = "session-struct.md";
    handlers = "handlers.md";
    javascript = "javascript.md";
    passwords_and_rotation = "passwords.md";
    size = "size.md";
    performance = "performance.md";
    schema_changes = "schema-changes.md";
    schemas = "schemas.md";
    security = "security.md";
    testing = "testing.md";
    command_line = "cli.md";
    frameworks = "frameworks.md";
    coming_from = "coming-from.md";
}
