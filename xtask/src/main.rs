//! The project's own commands, run as `cargo xtask …`.
//!
//! `cargo xtask test` runs every check of the project. It installs what the checks need (a
//! browser, npm packages, a compiler target), and ends with a table and one line, `N passed, N
//! failed`. A check that can't run counts as failed. `cargo xtask bench` runs the benchmarks in
//! the same way.

mod api;
mod args;
mod bench;
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

use args::{ApiArgs, Args, Command, RunArgs};
use context::Context;
use steps::{STEPS, Step};

fn main() -> ExitCode {
    match args::parse(std::env::args().skip(1)) {
        Ok(Args::Help) => {
            println!("{}", args::HELP);
            ExitCode::SUCCESS
        }
        Ok(Args::List(command)) => {
            for step in steps(command) {
                println!("{:12} {}", step.name, step.about);
            }
            ExitCode::SUCCESS
        }
        Ok(Args::Api(args)) => api(&args),
        Ok(Args::Run(command, args)) => run(command, &args),
        Err(mistake) => {
            eprintln!("error: {mistake}\n\n{}", args::HELP);
            ExitCode::from(2)
        }
    }
}

fn api(args: &ApiArgs) -> ExitCode {
    let mut context = Context::new(&RunArgs::default());
    let result = if args.overwrite { api::overwrite(&mut context) } else { api::check(&mut context) };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn steps(command: Command) -> &'static [Step] {
    match command {
        Command::Test => STEPS,
        Command::Bench => bench::STEPS,
    }
}

fn run(command: Command, args: &RunArgs) -> ExitCode {
    let steps = match plan::plan(steps(command), &args.only) {
        Ok(steps) => steps,
        Err(mistake) => {
            eprintln!("error: {mistake}");
            return ExitCode::from(2);
        }
    };
    let mut context = Context::new(args);
    let outcomes = plan::run(&steps, &mut context);
    report::summary(&outcomes);
    let mut ok = outcomes.iter().all(report::Outcome::is_ok);
    if command == Command::Bench
        && let Err(why) = bench::report(&context)
    {
        eprintln!("error: {why}");
        ok = false;
    }
    if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
