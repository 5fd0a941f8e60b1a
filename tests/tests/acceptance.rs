//! What `Session<T>` promises, line by line of DESIGN.md §4.
//!
//! A conversation is written once, against `Session<T>`, and runs on axum and
//! on actix-web: `conflicts::axum::…` and `conflicts::actix::…` are one
//! function. What no framework has a part in is tested on the core alone.
//!
//! | §4 says | module |
//! | --- | --- |
//! | opened at the first use; any number of handles; reads share an `Arc` | `handles` |
//! | published on drop, `save` and `update`; `update` is atomic; panics publish nothing | `publishing` |
//! | unpublished changes and a second handle never mix silently | `conflicts` |
//! | a writer still alive when the response leaves; writing after that | `late_writers` |
//! | members are compared at commit; `save()` | `commit` |
//! | what a 5xx and a 408 commit; a payload that can't be written | `server_errors` |
//! | a request that gets no response | `no_response` |
//! | `destroy()`, `clear()`, and `restart()` | `ending` |
//! | a cookie that can't be opened | `unreadable` |
//! | settings behind `session.cookie()`; refreshing | `lifetime` |
//! | layers, nested layers, a missing layer | `layers` |
//! | few methods of its own | `names` |
//! | `Untyped` | `untyped` |
//!
//! And what §3 and §5 say about a session as a whole:
//!
//! | | module |
//! | --- | --- |
//! | what a request did not change is written back as received | `members` |
//! | what the accessors of each kind of field do | `fields` |
//! | whole cookie and chunks, duplicates, expiring the other shape | `shapes` |
//! | several sessions in one browser: a domain or path that changed | `scopes` |
//! | `Vary`, `Cache-Control`, `Cookie` lines | `headers` |

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "acceptance/commit.rs"]
mod commit;
#[path = "acceptance/conflicts.rs"]
mod conflicts;
#[path = "acceptance/ending.rs"]
mod ending;
#[path = "acceptance/fields.rs"]
mod fields;
#[path = "acceptance/handles.rs"]
mod handles;
#[path = "acceptance/headers.rs"]
mod headers;
#[path = "acceptance/late_writers.rs"]
mod late_writers;
#[path = "acceptance/layers.rs"]
mod layers;
#[path = "acceptance/lifetime.rs"]
mod lifetime;
#[path = "acceptance/members.rs"]
mod members;
#[path = "acceptance/names.rs"]
mod names;
#[path = "acceptance/no_response.rs"]
mod no_response;
#[path = "acceptance/publishing.rs"]
mod publishing;
#[path = "acceptance/scopes.rs"]
mod scopes;
#[path = "acceptance/server_errors.rs"]
mod server_errors;
#[path = "acceptance/shapes.rs"]
mod shapes;
#[path = "acceptance/unreadable.rs"]
mod unreadable;
#[path = "acceptance/untyped.rs"]
mod untyped;

use std::panic::Location;

/// Tells the place one line above, as a log line writes it.
#[track_caller]
fn line_above() -> String {
    let at = Location::caller();
    format!("{}:{}:", at.file(), at.line() - 1)
}
