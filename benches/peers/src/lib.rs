//! The same small application with several session libraries, and what measures it over HTTP.
//!
//! Every application answers the same paths:
//!
//! | path | handler |
//! | --- | --- |
//! | `/login/{bytes}` | begins a session of about so many bytes of JSON |
//! | `/bare` | is outside of what deals with sessions |
//! | `/none` | does not look at the session |
//! | `/read` | answers with the user's name |
//! | `/change` | counts the visit |

pub mod apps;
pub mod client;
pub mod delay;
pub mod load;
pub mod server;
