//! Three releases of a small shop, to be run side by side: the second adds to
//! the session, the third changes the type of a member.
//!
//! `session/` is what to read. A real application has the newest struct as its
//! own, and a module for each older one that browsers may still hold; here all
//! three stand for themselves, so that each release can be built: `deploy-v1`,
//! `deploy-v2` and `deploy-v3`. All else is the same in all of them.
//!
//! ```text
//! export SESSION_SECRET=…
//! PORT=3001 deploy-v1    # in another terminal: PORT=3002 deploy-v1
//! ```
//!
//! Open the first, sign in and fill a cart. Then end one server after the other,
//! start the next release in its place, and go from port to port: a browser
//! sends a host's cookies to each.

#![allow(clippy::unused_async, reason = "axum's handlers are async, whether they wait or not")]
#![allow(clippy::print_stdout, reason = "it tells where to find it")]

mod pages;
mod server;
pub mod session;

pub use server::serve;
