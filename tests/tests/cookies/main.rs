//! The cookies that a browser holds over time: parallel requests, lifetimes, padding, the size
//! that `Usage` reports, and the limits that the derive must know.

mod concurrency;
mod lifetimes;
mod limits;
mod padding;
mod timeouts;
mod two_days;
mod usage;
