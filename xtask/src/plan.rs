//! Chooses the steps to run, and records their results.

use std::time::Instant;

use crate::context::Context;
use crate::counts::Counts;
use crate::report::{self, Outcome};
use crate::steps::Step;

/// Returns the named steps, each after the steps that it needs, in the order of `all`. Without
/// names, returns all steps.
pub(crate) fn plan<'a>(all: &'a [Step], only: &[String]) -> Result<Vec<&'a Step>, String> {
    if only.is_empty() {
        return Ok(all.iter().collect());
    }
    let mut wanted: Vec<&str> = Vec::new();
    for name in only {
        let step = all.iter().find(|step| step.name == name).ok_or_else(|| {
            let names: Vec<_> = all.iter().map(|step| step.name).collect();
            format!("unknown step `{name}`, expected one of {}", names.join(", "))
        })?;
        wanted.push(step.name);
        wanted.extend(step.needs);
    }
    Ok(all.iter().filter(|step| wanted.contains(&step.name)).collect())
}

/// Runs every step even if others fail, except steps that need a failed step.
pub(crate) fn run(steps: &[&Step], context: &mut Context) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = Vec::new();
    for step in steps {
        report::start(step);
        let started = Instant::now();
        let missing = outcomes.iter().find(|outcome| step.needs.contains(&outcome.name) && !outcome.is_ok());
        context.counts = Counts::default();
        let result = match missing {
            Some(need) => Err(format!("not run: needs `{}`, which failed", need.name)),
            None => (step.run)(context).and_then(|()| verdict(step, context.counts)),
        };
        let outcome = Outcome { name: step.name, counts: context.counts, took: started.elapsed(), result };
        report::end(&outcome);
        outcomes.push(outcome);
    }
    outcomes
}

/// Fails a step whose runner exits with success although it skipped some or all cases.
fn verdict(step: &Step, counts: Counts) -> Result<(), String> {
    if counts.failed > 0 {
        Err(format!("test cases that failed or did not run: {}", counts.failed))
    } else if step.counts && counts.passed == 0 {
        Err("no test case was run".to_owned())
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::RunArgs;

    const STEPS: &[Step] = &[
        Step { name: "browser", about: "", needs: &[], counts: false, run: |_| Err("none".to_owned()) },
        Step { name: "fmt", about: "", needs: &[], counts: false, run: |_| Ok(()) },
        Step { name: "live", about: "", needs: &["browser"], counts: true, run: |_| Ok(()) },
        Step { name: "unit", about: "", needs: &[], counts: true, run: |_| Ok(()) },
        Step {
            name: "skips",
            about: "",
            needs: &[],
            counts: true,
            run: |context| {
                context.counts = Counts { passed: 3, failed: 1 };
                Ok(())
            },
        },
    ];

    fn names(only: &[&str]) -> Result<Vec<&'static str>, String> {
        let only: Vec<_> = only.iter().map(|&name| name.to_owned()).collect();
        Ok(plan(STEPS, &only)?.iter().map(|step| step.name).collect())
    }

    #[test]
    fn a_step_brings_what_it_needs() {
        assert_eq!(names(&["live", "fmt"]).unwrap(), ["browser", "fmt", "live"]);
        assert_eq!(names(&[]).unwrap().len(), STEPS.len());
        assert!(names(&["fmt", "lvie"]).unwrap_err().contains("`lvie`"));
    }

    #[test]
    fn a_failure_stops_only_what_needs_it() {
        let steps: Vec<_> = STEPS.iter().collect();
        let outcomes = run(&steps, &mut Context::new(&RunArgs::default()));
        let failed = |outcome: &Outcome| outcome.result.clone().err().unwrap_or_default();
        let messages: Vec<_> = outcomes.iter().map(failed).collect();
        assert_eq!(
            messages,
            [
                "none",
                "",
                "not run: needs `browser`, which failed",
                "no test case was run",
                "test cases that failed or did not run: 1",
            ]
        );
        assert_eq!(report::total(&outcomes), Counts { passed: 3, failed: 4 });
    }
}
