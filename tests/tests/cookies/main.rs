//! The cookies that a browser holds over time: parallel requests, lifetimes, and the size that
//! `Usage` reports.

mod concurrency;
mod lifetimes;
mod usage;
