//! The plots of the book and the README, drawn from the figures.

use crate::draw::{Bar, Line, bars, lines};
use crate::figures::Figure;

/// Draws every plot for which there are figures, by file name.
pub fn all(figures: &[Figure]) -> Vec<(&'static str, String)> {
    let plots = [
        ("javascript.svg", javascript(figures)),
        ("end-to-end.svg", end_to_end(figures)),
        ("store-processor.svg", store(figures, PROCESSOR, "Processor time a request (redis's included)")),
        ("store-latency.svg", store(figures, LATENCY, "Latency of a request alone")),
    ];
    plots.into_iter().filter_map(|(name, svg)| Some((name, svg?))).collect()
}

const PROCESSOR: &str = "processor time a request, the store's included, session ";
const LATENCY: &str = "latency of a request alone, session ";

/// Draws the cost of a request with each library.
fn end_to_end(figures: &[Figure]) -> Option<String> {
    let group = figures.iter().filter(|figure| figure.group.starts_with("processor time a request, 3"));
    let rust = group.filter(|figure| !["Express", "Next.js"].iter().any(|js| figure.name.starts_with(js)));
    let rows: Vec<_> = rust
        .map(|figure| Bar {
            label: figure.name.clone(),
            value: figure.value,
            ours: figure.name.contains("ours"),
        })
        .collect();
    let title = "Processor time a request, session of 300 bytes";
    (!rows.is_empty()).then(|| bars(title, "µs", &rows))
}

/// Draws a cookie compared with a store, by the size of the session.
fn store(figures: &[Figure], group: &str, title: &str) -> Option<String> {
    let mut all: Vec<Line> = Vec::new();
    for figure in figures {
        let Some(does) = figure.group.strip_prefix(group) else { continue };
        let (place, size) = figure.name.rsplit_once(", ")?;
        let bytes: f64 = size.strip_suffix(" B")?.parse().ok()?;
        let (label, point) = (format!("{place}, {does}"), (bytes / 1000.0, figure.value));
        match all.iter_mut().find(|line| line.label == label) {
            Some(line) => line.points.push(point),
            None => all.push(Line { label, points: vec![point], ours: place == "cookie" }),
        }
    }
    (!all.is_empty()).then(|| lines(title, "kB of session", "µs", &all))
}

/// Draws sealing and unsealing one after the other, compared with the JavaScript libraries.
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
