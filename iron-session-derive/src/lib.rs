//! The implementation of `#[derive(IronSession)]` and `#[derive(MaxSize)]`; use
//! them through `iron-session`.
//!
//! A pipeline with one module per step: `ast` borrows the syntax tree from syn, `attr` reads
//! the attributes, `model` checks them against each other, `expand` writes the code. All
//! mistakes are collected, and none stops the pipeline; if there are any, `fallback` reports
//! them instead. `max_size` is the smaller pipeline of the second derive. It uses `attr`, `model`
//! and `probe`, but not `expand`.

// A mistake is a message at its place, never a panic of the macro.
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod ast;
mod attr;
mod case;
mod duration;
mod expand;
mod fallback;
mod length;
mod limits;
mod max_size;
mod mistakes;
mod model;
mod probe;
mod reserved;
mod shape;
mod span;
mod spelling;
mod suggest;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::ast::Input;
use crate::attr::Attrs;
use crate::mistakes::Mistakes;

#[doc = include_str!("attributes.md")]
// `serde` too, so that this derive sees its attributes: without serde's own derive the
// compiler would suggest adding it, and with it they would be silently ignored.
#[doc(alias("flash", "flash_message", "session", "transient"))]
#[proc_macro_derive(IronSession, attributes(session, serde))]
pub fn derive_iron_session(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    derive(&input).into()
}

fn derive(input: &DeriveInput) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let input = Input::new(input, &mut mistakes);
    let attrs = Attrs::parse(&input, &mut mistakes);
    match model::build(&input, &attrs, &mut mistakes) {
        Ok(model) => expand::expand(&model),
        Err(draft) => fallback::fallback(&draft, &mistakes),
    }
}

#[doc = include_str!("max_size.md")]
#[proc_macro_derive(MaxSize, attributes(session))]
pub fn derive_max_size(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    max_size::derive(&input).into()
}
