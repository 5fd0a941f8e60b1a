//! The output about the steps, during and after their run.

use std::io::IsTerminal as _;
use std::time::Duration;

use crate::counts::Counts;
use crate::steps::Step;

/// The result of one step.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) name: &'static str,
    pub(crate) counts: Counts,
    pub(crate) took: Duration,
    pub(crate) result: Result<(), String>,
}

impl Outcome {
    pub(crate) fn is_ok(&self) -> bool {
        self.result.is_ok()
    }
}

pub(crate) fn start(step: &Step) {
    println!("\n{}", bold(&format!("== {}: {}", step.name, step.about)));
}

pub(crate) fn end(outcome: &Outcome) {
    let took = outcome.took.as_secs_f64();
    match &outcome.result {
        Ok(()) => println!("{} {} ({took:.1} s)", green("ok"), outcome.name),
        Err(why) => println!("{} {} ({took:.1} s): {why}", red("FAILED"), outcome.name),
    }
}

/// Prints the table of the steps; the last line is `N passed, N failed`.
pub(crate) fn summary(outcomes: &[Outcome]) {
    println!("\n{}", bold("step           result      time   passed   failed"));
    for Outcome { name, counts, took, result } in outcomes {
        let (verdict, why) = match result {
            Ok(()) => (green("ok    "), ""),
            Err(why) => (red("FAILED"), why.lines().next().unwrap_or_default()),
        };
        let seconds = took.as_secs_f64();
        let cases = if *counts == Counts::default() {
            format!("{:>8} {:>8}", "", "")
        } else {
            format!("{:>8} {:>8}", counts.passed, counts.failed)
        };
        println!("{}", format!("{name:14} {verdict} {seconds:>7.1} s {cases}  {why}").trim_end());
    }
    let Counts { passed, failed } = total(outcomes);
    println!("\n{passed} passed, {failed} failed");
}

/// Counts the cases of all steps. A failed step without a failed case counts as one.
pub(crate) fn total(outcomes: &[Outcome]) -> Counts {
    outcomes.iter().fold(Counts::default(), |total, outcome| Counts {
        passed: total.passed + outcome.counts.passed,
        failed: total.failed + outcome.counts.failed.max(u64::from(!outcome.is_ok())),
    })
}

fn bold(text: &str) -> String {
    colored("1", text)
}

fn green(text: &str) -> String {
    colored("32", text)
}

fn red(text: &str) -> String {
    colored("1;31", text)
}

fn colored(code: &str, text: &str) -> String {
    if std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        format!("\x1b[{code}m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}
