//! The report that is printed at the end.

use std::collections::BTreeMap;

/// The counts of a class of cases.
#[derive(Default)]
struct Count {
    passed: usize,
    failed: usize,
}

#[derive(Default)]
pub(crate) struct Report {
    classes: BTreeMap<String, Count>,
    reproduced: usize,
}

impl Report {
    /// Adds the result of one case: its mistakes.
    pub(crate) fn add(&mut self, class: &str, name: &str, mistakes: &[String]) {
        let count = self.classes.entry(class.to_owned()).or_default();
        if mistakes.is_empty() {
            count.passed += 1;
            return;
        }
        count.failed += 1;
        for mistake in mistakes {
            println!("FAILED {name}: {mistake}");
        }
    }

    /// Counts a seal that was reproduced byte for byte.
    pub(crate) fn add_reproduced(&mut self) {
        self.reproduced += 1;
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.classes.values().all(|count| count.failed == 0)
    }

    pub(crate) fn print(&self) {
        let width = self.classes.keys().map(String::len).max().unwrap_or_default();
        for (class, Count { passed, failed }) in &self.classes {
            println!("{class:width$}  {passed:4} passed  {failed:4} failed");
        }
        println!("{} seals reproduced byte for byte from their salts and iv", self.reproduced);
        let passed: usize = self.classes.values().map(|count| count.passed).sum();
        let failed: usize = self.classes.values().map(|count| count.failed).sum();
        println!("{passed} passed, {failed} failed");
    }
}
