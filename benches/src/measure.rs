//! Times short operations, with all cases in turns.
//!
//! A case runs in batches with so many calls that the cost of reading the clock doesn't show.
//! Every round runs one batch of each case, so that a machine that gets slower does not favour
//! any of them.
//!
//! The fastest batch counts. On a shared machine, other processes only ever add time, and they
//! don't add it equally: next to a busy neighbour on the same core, code that waits for its own
//! results (such as cryptography) takes as long as before, and code that keeps the core busy
//! (such as JSON) takes 50 % longer. A median would measure the neighbour.

use std::fmt;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// How long to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// For a first impression.
    Quick,
    /// For figures that are stored.
    Full,
}

impl Effort {
    /// Looks for `--quick` among the program's arguments.
    pub fn from_args() -> Self {
        if std::env::args().any(|argument| argument == "--quick") { Self::Quick } else { Self::Full }
    }

    /// Returns the number of rounds.
    pub fn rounds(self) -> usize {
        match self {
            Self::Quick => 100,
            Self::Full => 3000,
        }
    }
}

/// Cases that are timed in turns.
#[derive(Default)]
pub struct Race<'a> {
    cases: Vec<Case<'a>>,
}

struct Case<'a> {
    name: String,
    /// Runs a number of calls.
    run: Box<dyn FnMut(u32) + 'a>,
    calls: u32,
    ns: Vec<f64>,
}

/// The minimum time of a batch.
const BATCH: Duration = Duration::from_micros(100);

impl fmt::Debug for Race<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.cases.iter().map(|case| &case.name)).finish()
    }
}

impl<'a> Race<'a> {
    /// Creates a race without cases.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a case. Its result is hidden from the optimiser, and dropped within the
    /// measured time.
    pub fn case<R>(&mut self, name: impl Into<String>, mut call: impl FnMut() -> R + 'a) -> &mut Self {
        let run = move |calls| {
            for _ in 0..calls {
                black_box(call());
            }
        };
        self.cases.push(Case { name: name.into(), run: Box::new(run), calls: 1, ns: Vec::new() });
        self
    }

    /// Runs all cases in turns.
    pub fn run(mut self, effort: Effort) -> Times {
        for case in &mut self.cases {
            case.calibrate();
        }
        for _ in 0..effort.rounds() {
            for case in &mut self.cases {
                let took = case.batch();
                case.ns.push(took.as_secs_f64() * 1e9 / f64::from(case.calls));
            }
        }
        Times { cases: self.cases.into_iter().map(|case| (case.name, case.ns)).collect() }
    }
}

impl Case<'_> {
    fn batch(&mut self) -> Duration {
        let start = Instant::now();
        (self.run)(self.calls);
        start.elapsed()
    }

    /// Doubles the calls of a batch until it takes long enough, which also warms up the
    /// code.
    fn calibrate(&mut self) {
        while self.batch() < BATCH && self.calls < 1 << 30 {
            self.calls *= 2;
        }
    }
}

/// The times of each case, round by round.
#[derive(Clone, Debug)]
pub struct Times {
    cases: Vec<(String, Vec<f64>)>,
}

impl Times {
    /// Returns the time of a call in nanoseconds; NaN for an unknown case.
    pub fn ns(&self, name: &str) -> f64 {
        quickest(self.rounds(name))
    }

    /// Returns how many times as long as another case this case takes.
    pub fn ratio(&self, name: &str, to: &str) -> f64 {
        self.ns(name) / self.ns(to)
    }

    /// Returns the names of the cases, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.cases.iter().map(|(name, _)| name.as_str())
    }

    fn rounds(&self, name: &str) -> &[f64] {
        self.cases.iter().find(|(case, _)| case == name).map_or(&[], |(_, ns)| ns)
    }
}

/// Returns the least value; NaN if there is none.
pub fn quickest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NAN, f64::min)
}

/// Returns the median; NaN if there is no value.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quickest_is_the_least() {
        assert_eq!(quickest(&[3.0, 1.0, 2.0]).to_bits(), 1.0_f64.to_bits());
        assert!(quickest(&[]).is_nan());
    }

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]).to_bits(), 2.0_f64.to_bits());
        assert!(median(Vec::new()).is_nan());
    }

    #[test]
    fn every_case_has_every_round() {
        let mut race = Race::new();
        race.case("a", || 1).case("b", || "b".to_owned());
        let times = race.run(Effort::Quick);
        assert_eq!(times.names().collect::<Vec<_>>(), ["a", "b"]);
        assert!(times.cases.iter().all(|(_, ns)| ns.len() == Effort::Quick.rounds()));
        assert!(times.ratio("a", "a") > 0.99 && times.ns("c").is_nan());
    }
}
