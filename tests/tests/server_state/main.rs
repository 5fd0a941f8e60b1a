//! The server state: its stores, against real files and real databases, and what is built on them.

mod claims;
mod conformance;
mod file;
mod flush;
mod key_ring;
mod load;
mod model;
mod outages;
mod redis;
mod scale;
mod wrong_hands;
