//! The stores of the server state, against real files and real databases.

mod conformance;
mod file;
