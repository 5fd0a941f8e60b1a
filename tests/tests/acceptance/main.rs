//! The promises of `Session<T>`, line by line of DESIGN.md §4.
//!
//! A conversation is written once, against `Session<T>`, and runs on every
//! framework, over loopback sockets: `conflicts::axum::…` and `conflicts::actix::…` are one
//! function. Behaviour in which no framework has a part is tested on the core alone.
//!
//! | §4 says | module |
//! | --- | --- |
//! | opened at the first use; any number of handles; reads share an `Arc` | `handles` |
//! | published on drop, `save` and `update`; `update` is atomic; panics publish nothing | `publishing` |
//! | unpublished changes and a second handle never mix silently | `conflicts`, `conflicting_calls` |
//! | a writer still alive when the response leaves; writing after that | `late_writers` |
//! | members are compared at commit; `save()` | `commit` |
//! | the changes that a 5xx and a 408 commit; a payload that can't be written | `server_errors` |
//! | a request that gets no response | `no_response` |
//! | `destroy()`, `clear()`, and `restart()` | `ending` |
//! | the fields that `restart()` keeps; `sign_in()` | `restart`, `signing_in` |
//! | `discard()` | `discard` |
//! | a cookie that can't be opened | `unreadable` |
//! | settings behind `session.cookie()`; refreshing | `lifetime` |
//! | idle and absolute timeout, sealing again, requests that are no activity | `timeouts` |
//! | redirects, streams, upgrades, panics, connections | `over_http` |
//! | layers, nested layers, a missing layer | `layers` |
//! | errors of actix-web middlewares | `actix_errors` |
//! | errors of poem | `poem_errors` |
//! | errors of salvo | `salvo_errors` |
//! | errors, catchers and fairings of Rocket | `rocket_errors`, `rocket_launch` |
//! | few methods of its own | `names` |
//! | `meta()` | `meta` |
//! | the id and the time of issue of a revocable struct | `session_id` |
//! | sessions that are revoked | `revocation` |
//! | sessions in records (§12) | `records` |
//! | `Untyped` | `untyped` |
//!
//! And the parts of §3 and §5 that are about a session as a whole:
//!
//! | §3 and §5 say | module |
//! | --- | --- |
//! | members that a request did not change are written back as received | `members` |
//! | the accessors of each kind of field | `fields` |
//! | whole cookie and chunks, duplicates, expiring the other form | `shapes` |
//! | several sessions in one browser: a domain or path that changed | `scopes` |
//! | the host chooses the domain, the browser whether the cookie is `Secure` | `hosts` |
//! | `Vary`, `Cache-Control`, `Cookie` lines | `headers` |
//! | `Set-Cookie` lines are marked as sensitive | `sensitive` |

mod actix_errors;
mod commit;
mod conflicting_calls;
mod conflicts;
mod discard;
mod ending;
mod fields;
mod handles;
mod headers;
mod hosts;
mod in_header;
mod late_writers;
mod layers;
mod lifetime;
mod members;
mod meta;
mod names;
mod no_response;
mod over_http;
mod poem_errors;
mod publishing;
mod records;
mod restart;
mod revocation;
mod rocket_errors;
mod rocket_launch;
mod salvo_errors;
mod scopes;
mod sensitive;
mod server_errors;
mod session_id;
mod shapes;
mod signing_in;
mod timeout_matrix;
mod timeouts;
mod unreadable;
mod untyped;

use std::panic::Location;

/// Tells the place one line above, as a log line writes it.
#[track_caller]
fn line_above() -> String {
    let at = Location::caller();
    format!("{}:{}:", at.file(), at.line() - 1)
}
