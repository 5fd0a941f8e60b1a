//! The project's own commands, run as `cargo xtask …`.
//!
//! `cargo xtask test` runs every check the project has, brings what the checks need (a browser,
//! npm packages, a compiler target) and ends with a table and one line, `N passed, N failed`. A
//! check that can't run is a failed one.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program talks on both")]

mod args;
mod context;
mod counts;
mod features;
mod locks;
mod package;
mod plan;
mod program;
mod report;
mod steps;
mod tools;

use std::process::ExitCode;

use args::{Args, TestArgs};
use context::Context;
use steps::STEPS;

fn main() -> ExitCode {
    match args::parse(std::env::args().skip(1)) {
        Ok(Args::Help) => {
            println!("{}", args::HELP);
            ExitCode::SUCCESS
        }
        Ok(Args::List) => {
            for step in STEPS {
                println!("{:12} {}", step.name, step.about);
            }
            ExitCode::SUCCESS
        }
        Ok(Args::Test(args)) => test(&args),
        Err(mistake) => {
            eprintln!("error: {mistake}\n\n{}", args::HELP);
            ExitCode::from(2)
        }
    }
}

fn test(args: &TestArgs) -> ExitCode {
    let steps = match plan::plan(STEPS, &args.only) {
        Ok(steps) => steps,
        Err(mistake) => {
            eprintln!("error: {mistake}");
            return ExitCode::from(2);
        }
    };
    let outcomes = plan::run(&steps, &mut Context::new(args.long));
    report::summary(&outcomes);
    if outcomes.iter().all(report::Outcome::is_ok) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
