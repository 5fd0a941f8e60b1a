//! What an application configures: options, passwords and clocks.

mod options;
mod passwords;
mod threads;
mod times;
