//! The settings of an application: options, passwords and clocks.

mod options;
mod passwords;
mod threads;
mod times;
