//! The plots of the book and the README, drawn from the figures.

use crate::draw::{Bar, bars};
use crate::figures::Figure;

/// Draws every plot that the figures are there for, by file name.
pub fn all(figures: &[Figure]) -> Vec<(&'static str, String)> {
    let plots = [("javascript.svg", javascript(figures))];
    plots.into_iter().filter_map(|(name, svg)| Some((name, svg?))).collect()
}

/// Sealing and unsealing one after the other, beside the JavaScript libraries.
fn javascript(figures: &[Figure]) -> Option<String> {
    let mut rows = Vec::new();
    for operation in ["seal", "unseal"] {
        let group: Vec<_> =
            figures.iter().filter(|figure| figure.group.starts_with(&format!("{operation}, "))).collect();
        for figure in group.into_iter().filter(|figure| figure.group.ends_with("beside JavaScript")) {
            rows.push(Bar {
                label: format!("{operation}: {}", figure.name),
                value: figure.value,
                ours: figure.name == "ours",
            });
        }
    }
    (!rows.is_empty()).then(|| bars("Microseconds for a session of 300 bytes", "µs", &rows))
}
