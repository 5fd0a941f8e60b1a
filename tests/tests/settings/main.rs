//! The settings of an application: options, passwords and clocks.

mod options;
mod passwords;
mod profiles;
mod refused_options;
mod rotating;
mod rotation;
mod threads;
mod times;
