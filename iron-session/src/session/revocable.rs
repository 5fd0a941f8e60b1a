//! The trait of session types that can be revoked.

use crate::codec::{IronSession, Untyped};

/// A session type whose sessions can be revoked.
///
/// The derive implements it for a struct with `#[session(revocable)]`. [`Untyped`] sessions are revocable
/// if their options have a server state. The trait is not meant to be implemented by hand.
#[diagnostic::on_unimplemented(
    message = "sessions of type `{Self}` can't be revoked",
    label = "not a session struct with `#[session(revocable)]`",
    note = "mark the struct: `#[session(revocable)]`, so that each of its sessions has an id and a time of issue"
)]
pub trait Revocable: IronSession {}

impl Revocable for Untyped {}
