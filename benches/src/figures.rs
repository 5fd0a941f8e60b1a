//! Figures, as a table for people and as JSON for the programs that draw plots.

use std::path::PathBuf;
use std::{fs, io};

use serde::{Deserialize, Serialize};

/// One measured value, with the value that it is compared with and its target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The subject: `seal`, `unseal`, `allocations`, …
    pub group: String,
    /// The case that was measured: `ours, 300 B`.
    pub name: String,
    /// The value, in `unit`.
    pub value: f64,
    /// `us`, `ns`, `count`, `bytes`, …
    pub unit: String,
    /// The value divided by the value that it is compared with, in the same run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<f64>,
    /// The case that it is compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The target for the ratio, or for the value if there is no ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<f64>,
    /// Whether the target is a lower bound.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_least: bool,
}

impl Figure {
    /// Creates a figure.
    pub fn new(group: &str, name: impl Into<String>, value: f64, unit: &str) -> Self {
        Self {
            group: group.to_owned(),
            name: name.into(),
            value,
            unit: unit.to_owned(),
            ratio: None,
            to: None,
            target: None,
            at_least: false,
        }
    }

    /// Adds the case that it is compared with.
    pub fn compared(self, ratio: f64, to: impl Into<String>) -> Self {
        Self { ratio: Some(ratio), to: Some(to.into()), ..self }
    }

    /// Sets an upper bound as the target.
    pub fn at_most(self, target: f64) -> Self {
        Self { target: Some(target), at_least: false, ..self }
    }

    /// Sets a lower bound as the target.
    pub fn at_least(self, target: f64) -> Self {
        Self { target: Some(target), at_least: true, ..self }
    }

    /// Tells whether the target is met; `None` without a target.
    pub fn is_met(&self) -> Option<bool> {
        let judged = self.ratio.unwrap_or(self.value);
        self.target.map(|target| if self.at_least { judged >= target } else { judged <= target })
    }
}

/// Prints the table. If the program's arguments name a file, `--json FILE`, writes the JSON
/// instead.
///
/// # Errors
///
/// Returns an error if the file can't be written.
pub fn publish(figures: &[Figure]) -> io::Result<()> {
    if let Some(path) = json_path() {
        return fs::write(path, serde_json::to_string_pretty(figures)? + "\n");
    }
    print(figures);
    Ok(())
}

fn json_path() -> Option<PathBuf> {
    std::env::args_os().skip_while(|argument| argument != "--json").nth(1).map(PathBuf::from)
}

/// Prints one line per figure, under the name of its group.
pub fn print(figures: &[Figure]) {
    let width = figures.iter().map(|figure| figure.name.chars().count()).max().unwrap_or(0);
    let mut group = "";
    for figure in figures {
        if figure.group != group {
            group = &figure.group;
            println!("\n{group}");
        }
        println!("{}", line(figure, width));
    }
}

fn line(figure: &Figure, width: usize) -> String {
    let Figure { name, value, unit, .. } = figure;
    let compared = match (figure.ratio, &figure.to) {
        (Some(ratio), Some(to)) => format!("   {ratio:.2} × {to}"),
        _ => String::new(),
    };
    let judged = match (figure.target, figure.is_met()) {
        (Some(target), Some(met)) => {
            let bound = if figure.at_least { "≥" } else { "≤" };
            format!("   target {bound} {target}: {}", if met { "met" } else { "MISSED" })
        }
        _ => String::new(),
    };
    format!("  {name:width$} {value:>10.2} {unit}{compared}{judged}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_on_the_ratio_if_there_is_one() {
        let seal = Figure::new("seal", "ours, 300 B", 1.234, "us").compared(1.5, "floor");
        assert_eq!(seal.is_met(), None);
        assert_eq!(seal.clone().at_most(1.4).is_met(), Some(false));
        assert_eq!(seal.clone().at_least(1.4).is_met(), Some(true));
        assert_eq!(Figure::new("allocations", "seal", 1.0, "count").at_most(1.0).is_met(), Some(true));
        assert_eq!(
            line(&seal.at_most(1.4), 12),
            "  ours, 300 B        1.23 us   1.50 × floor   target ≤ 1.4: MISSED"
        );
    }

    #[test]
    fn json_is_flat() {
        let figure = Figure::new("seal", "ours", 1.0, "us").compared(1.2, "floor").at_most(1.4);
        let json = serde_json::to_string(&figure).unwrap();
        let expected =
            r#"{"group":"seal","name":"ours","value":1.0,"unit":"us","ratio":1.2,"to":"floor","target":1.4}"#;
        assert_eq!(json, expected);
        assert_eq!(serde_json::from_str::<Figure>(&json).unwrap(), figure);
    }
}
