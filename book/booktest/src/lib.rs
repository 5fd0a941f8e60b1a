//! Compiles and runs the samples of the book and the README: `cargo test -p booktest --doc`.
//!
//! The rest of the crate is what the samples use behind the scenes: a [`Browser`], and
//! functions that show the JSON inside a cookie.

#![allow(clippy::missing_panics_doc, reason = "a test fails by panicking")]

mod browser;
mod cookie;
#[cfg(test)]
mod links;

pub use browser::{Browser, Response};
pub use cookie::{passwords, read, rewrite};

/// Makes each chapter the documentation of a module, because rustdoc looks for samples
/// there.
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
    signing_in = "signing-in.md";
    timeouts = "timeouts.md";
    handlers = "handlers.md";
    session_struct = "session-struct.md";
    passwords_and_rotation = "passwords.md";
    key_ring = "key-ring.md";
    security = "security.md";
    beyond_the_cookie = "beyond-the-cookie.md";
    own_store = "store.md";
    javascript = "javascript.md";
    nextjs = "javascript/nextjs.md";
    express = "javascript/express.md";
    nuxt = "javascript/nuxt.md";
    hapi_and_workos = "javascript/hapi-and-workos.md";
    size = "size.md";
    performance = "performance.md";
    schema_changes = "schema-changes.md";
    schemas = "schemas.md";
    testing = "testing.md";
    command_line = "cli.md";
    without_cookies = "without-cookies.md";
    frameworks = "frameworks.md";
    poem = "frameworks/poem.md";
    salvo = "frameworks/salvo.md";
    rocket = "frameworks/rocket.md";
    coming_from = "coming-from.md";
}

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
mod readme {}
