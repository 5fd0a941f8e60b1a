//! The command `iron-session`: for people who run, debug and change sessions.
//!
//! `args` defines the command line, and `commands` has one file per command. A command returns a
//! [`Report`](output::Report) or a [`Failure`]; only `output` and `terminal` print.

// A mistake is a message and an exit code, never a panic; only `output` and `terminal` print.
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![warn(clippy::print_stdout, clippy::print_stderr)]

mod args;
mod commands;
mod copied;
mod failure;
mod input;
mod json_text;
mod opened;
mod output;
mod pasted;
mod secret;
mod store;
mod subject;
mod terminal;
mod text;
mod typescript;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Args, Command, SchemaCommand, asks_for_json};
use crate::commands::{
    budget, generate, inspect, keygen, keyring, revoke, schema, seal, sessions, types, unseal,
};
use crate::failure::Failure;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        // Help is no mistake.
        Err(error) if !error.use_stderr() => {
            return output::help(&error).unwrap_or_else(|failure| failure.print(asks_for_json()));
        }
        Err(error) if asks_for_json() => return Failure::usage(&error).print(true),
        Err(error) => error.exit(),
    };
    let json = args.command.json();
    let result = match &args.command {
        Command::Keygen(args) => keygen::run(args),
        Command::Keyring(command) => keyring::run(command),
        Command::Revoke(command) => revoke::run(command),
        Command::Sessions(args) => sessions::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Seal(args) => seal::run(args),
        Command::Unseal(args) => unseal::run(args),
        Command::Budget(args) => budget::run(args),
        Command::Schema(SchemaCommand::Diff(args)) => schema::diff(args),
        Command::Types(args) => types::run(args),
        Command::Completions { shell, .. } => Ok(generate::completions(*shell)),
        Command::Man { command, .. } => generate::man(command.as_deref()),
    };
    result.and_then(|report| report.print(json)).unwrap_or_else(|failure| failure.print(json))
}
