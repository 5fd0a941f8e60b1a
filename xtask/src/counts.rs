//! Counts test cases in the output of the test runners.

/// Cases that passed, and cases that failed or did not run. A skipped case does not count as
/// passed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Counts {
    /// Reads one line of output and adds its counts, if it has any.
    pub(crate) fn read(&mut self, line: &str) {
        let line = line.trim();
        if let Some(result) = line.strip_prefix("test result: ") {
            self.read_libtest(result);
        } else if let Some(count) = line.strip_prefix('ℹ') {
            self.read_node(count);
        } else {
            self.read_plain(line);
        }
    }

    /// `ok. 5 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.01s`
    fn read_libtest(&mut self, result: &str) {
        for part in result.split([';', '.']) {
            match part.trim().split_once(' ') {
                Some((n, "passed")) => self.passed += number(n),
                Some((n, "failed" | "ignored")) => self.failed += number(n),
                _ => {}
            }
        }
    }

    /// `ℹ pass 5`, from `node --test --test-reporter=spec`.
    fn read_node(&mut self, count: &str) {
        match count.trim().split_once(' ') {
            Some(("pass", n)) => self.passed += number(n),
            Some(("fail" | "cancelled" | "skipped" | "todo", n)) => self.failed += number(n),
            _ => {}
        }
    }

    /// `463 passed, 0 failed`, from the conformance program.
    fn read_plain(&mut self, line: &str) {
        let Some((passed, failed)) = line.split_once(" passed, ") else {
            return;
        };
        let Some(failed) = failed.strip_suffix(" failed") else {
            return;
        };
        if let (Ok(passed), Ok(failed)) = (passed.parse::<u64>(), failed.parse::<u64>()) {
            self.passed += passed;
            self.failed += failed;
        }
    }
}

/// If a runner prints something else in place of a number, its format has changed. The step
/// then has no passed case, which counts as a failure.
fn number(text: &str) -> u64 {
    text.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(output: &str) -> (u64, u64) {
        let mut counts = Counts::default();
        output.lines().for_each(|line| counts.read(line));
        (counts.passed, counts.failed)
    }

    #[test]
    fn libtest_results_add_up_and_ignored_counts_as_failed() {
        let output = "\
running 2 tests
test a ... ok
test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.51s

test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.2s";
        assert_eq!(counted(output), (15, 3));
    }

    #[test]
    fn node_results_add_up_and_skipped_counts_as_failed() {
        let output = "✔ a (1.2ms)\nℹ tests 6\nℹ pass 3\nℹ fail 1\nℹ cancelled 0\nℹ skipped 1\nℹ todo 1";
        assert_eq!(counted(output), (3, 3));
    }

    #[test]
    fn a_plain_count_is_a_whole_line() {
        assert_eq!(counted("463 passed, 2 failed\n"), (463, 2));
        assert_eq!(counted("read: 463 passed, 2 failed"), (0, 0));
        assert_eq!(counted("463 passed, 2 failed, 1 lost"), (0, 0));
    }
}
