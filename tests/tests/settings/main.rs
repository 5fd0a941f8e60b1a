//! What an application configures: options and passwords.

mod options;
mod passwords;
