//! Generated code depends on nothing that is in scope where the struct stands.

// As Cargo.toml does with `sess = { package = "iron-session" }`. Only in the root of a crate does
// it make `::sess` a path.
extern crate iron_session as sess;

mod forms;
mod macros;
mod names;
mod no_prelude;
mod runtime;
