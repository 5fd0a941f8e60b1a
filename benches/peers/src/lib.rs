//! The same small application with several session libraries, and programs that measure it over
//! HTTP.
//!
//! Every application has the same routes:
//!
//! | path | handler |
//! | --- | --- |
//! | `/login/{bytes}` | starts a session with about `bytes` bytes of JSON |
//! | `/bare` | is outside the session layer |
//! | `/none` | does not use the session |
//! | `/read` | responds with the user's name |
//! | `/change` | counts the visit |

pub mod apps;
pub mod client;
pub mod delay;
pub mod load;
pub mod server;
