//! Code that the tests share: a browser, a log, and applications that are written once for
//! every framework.
//!
//! Everything uses the public interface. The exception is [`fixtures`], which seals payloads
//! that the public interface rightly refuses to write.

#![allow(clippy::missing_panics_doc, reason = "a test fails by panicking")]

pub mod browser;
pub mod cases;
pub mod directory;
pub mod fixtures;
pub mod framework;
mod http;
pub mod jar;
pub mod log;
pub mod message;
#[cfg(feature = "live")]
pub mod node;
mod on_actix;
mod on_axum;
mod on_poem;
pub mod on_rocket;
mod on_salvo;
#[cfg(feature = "live")]
pub mod page;
mod partition;
pub mod paths;
pub mod payloads;
pub mod proxy;
pub mod random;
pub mod redis;
pub mod session;
pub mod site;
mod slow;
pub mod stores;

pub use self::http::OpenResponse;
pub use browser::Browser;
pub use framework::Framework;
pub use jar::Jar;
pub use log::Log;
pub use message::{Request, Response, SetCookie};
pub use on_actix::read_response;
pub use partition::Partition;
pub use payloads::{RequestSession, Visitor, cookie_header};
pub use session::{Address, AppSession, CartItem, OtherSession, User};
pub use site::{Shop, Site, SiteResponse, SiteResult};
pub use slow::Slow;
