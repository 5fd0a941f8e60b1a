//! Runs files of seals or of cookie conversations through the public interface, and compares
//! each result with the documented one.
//!
//! ```text
//! cargo run --release -p conformance -- FILE…
//! ```
//!
//! A file holds cases and the results from the JavaScript libraries. The documented differences
//! are rules over the fields of a case (see [`seals`] and [`cookies`]), never over its name. So
//! the program can also run files that it has never seen.
//!
//! It prints every case with an undocumented result, a count for each class, and `N passed, N
//! failed`. The exit code is 1 if a case failed, and 2 if a file can't be read.

mod browser;
mod cookies;
mod expiry;
mod file;
mod header;
mod json;
mod lines;
mod options;
mod ours;
mod passwords;
mod reading;
mod refused;
mod report;
mod room;
mod seals;
mod steps;
mod theirs;
mod verdict;

use std::process::ExitCode;
use std::thread;

use file::Case;
use report::Report;

/// Room for `serde_json` to drop a deeply nested value. A hundred thousand levels, which a case
/// may have, overflow the eight megabytes of the main thread.
const STACK_BYTES: usize = 512 * 1024 * 1024;

fn main() -> ExitCode {
    match thread::Builder::new().stack_size(STACK_BYTES).spawn(run).map(thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        Ok(Err(_panicked)) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("can't start a thread with a large stack: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        eprintln!("usage: conformance FILE…");
        return ExitCode::from(2);
    }
    let mut report = Report::default();
    for file in &files {
        match file::read(file) {
            Ok(cases) => cases.iter().for_each(|case| match case {
                Case::Seal(case) => seals::run(case, &mut report),
                Case::Conversation(case) => cookies::run(case, &mut report),
                Case::Unreadable { name, why } => report.add("unreadable", name, std::slice::from_ref(why)),
            }),
            Err(error) => {
                eprintln!("{file}: {error}");
                return ExitCode::from(2);
            }
        }
    }
    report.print();
    if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
