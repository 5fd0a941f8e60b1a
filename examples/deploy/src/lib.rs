//! Three releases of a small shop, to run side by side. The second release adds members to the
//! session; the third changes the type of a member.
//!
//! Start reading in `session/`. A real application has only the newest struct as its own, and a
//! module for each older one that browsers may still hold. Here all three are kept, so that
//! each release can be built: `deploy-v1`, `deploy-v2` and `deploy-v3`. Everything else is the
//! same in all of them.
//!
//! ```text
//! export SESSION_SECRET=…
//! PORT=3001 deploy-v1    # in another terminal: PORT=3002 deploy-v1
//! ```
//!
//! Open the first server, sign in, and fill a cart. Then stop one server after the other, start
//! the next release in its place, and switch between the ports: a browser sends the cookies of
//! a host to each of its ports.

#![allow(clippy::unused_async, reason = "axum's handlers are async even if they don't wait")]

mod pages;
mod server;
pub mod session;

pub use server::serve;
