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
mod frameworks;
mod locks;
mod package;
mod plan;
mod program;
mod report;
mod steps;
mod tools;

use std::process::ExitCode;

use args::{Args, Command, FileArgs, RunArgs};
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
        Ok(Args::Api(args)) => file(&args, api::check, api::overwrite),
        Ok(Args::Frameworks(args)) => file(&args, frameworks::check, frameworks::overwrite),
        Ok(Args::Run(command, args)) => run(command, &args),
        Err(mistake) => {
            eprintln!("error: {mistake}\n\n{}", args::HELP);
            ExitCode::from(2)
        }
    }
}

type Act = fn(&mut Context) -> Result<(), String>;

/// Compares or writes a file that is generated and committed.
fn file(args: &FileArgs, check: Act, overwrite: Act) -> ExitCode {
    let act = if args.overwrite { overwrite } else { check };
    let result = act(&mut Context::new(&RunArgs::default()));
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
