//! The core of every adapter: the sessions of a request, and their commit.
//!
//! An adapter keeps one [`RequestSessions`] per request. Each layer starts a
//! [`RequestSession`] there, which hands out [`Session`](crate::Session)s. Its
//! [`commit`](RequestSession::commit) decides what the response does to the cookies.

#[cfg(feature = "inspect")]
mod chosen;
mod commit;
mod draft;
mod encode;
mod ending;
mod extract;
pub(crate) mod handle;
mod issue;
mod layer;
mod load;
mod meta;
mod no_response;
mod open;
mod plaintext;
#[cfg(feature = "server-state")]
mod record;
mod report;
mod request;
mod requests;
mod response;
mod revocable;
#[cfg(feature = "server-state")]
mod revocation;
#[cfg(feature = "server-state")]
mod seat;
mod settings;
mod shared;
mod sign_in;
mod state;
mod unreadable;
mod usage;
mod verdict;

#[cfg(feature = "inspect")]
pub use chosen::{ChosenCookie, chosen_cookie};
pub use commit::Commit;
pub use extract::CarriesSessions;
pub use layer::LayerOptions;
pub use load::Loading;
pub use meta::{Meta, Outcome};
pub use request::RequestSession;
pub use requests::RequestSessions;
pub use response::{ResponseHeader, ResponseHeaders};
pub use revocable::Revocable;
pub use settings::CookieSettings;
pub use sign_in::SignIn;
pub use unreadable::Unreadable;
pub use usage::Usage;

pub use crate::codec::{Lifetime, ParseSessionIdError, SessionId};
