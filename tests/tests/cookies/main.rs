//! The cookies that a browser holds over time: parallel requests, lifetimes, padding, and the
//! size that `Usage` reports.

mod concurrency;
mod lifetimes;
mod padding;
mod usage;
