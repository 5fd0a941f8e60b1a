//! Writes the figures as Markdown tables for the book, without targets. Those are for
//! maintainers, and are printed only.

use std::fmt::Write as _;

use crate::figures::Figure;

/// Writes one table per group.
pub fn markdown(figures: &[Figure]) -> String {
    let mut text = String::new();
    for group in figures.chunk_by(|a, b| a.group == b.group) {
        let Some(Figure { group: title, unit, .. }) = group.first() else { continue };
        let unit = unit.replace("us", "µs");
        let _ = writeln!(text, "\n| {title} | {unit} | |\n| --- | ---: | --- |");
        for figure in group {
            let compared = match (figure.ratio, &figure.to) {
                (Some(ratio), Some(to)) => format!("{} × {to}", digits(ratio)),
                _ => String::new(),
            };
            let _ = writeln!(text, "| {} | {} | {compared} |", figure.name, digits(figure.value));
        }
    }
    text
}

/// Rounds to three digits, or to all digits before the point. Figures like these are not more
/// precise.
pub(crate) fn digits(value: f64) -> String {
    let places = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.places$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_a_table() {
        let figures = [
            Figure::new("seal", "ours", 1.234, "us").compared(1.5, "floor").at_most(1.4),
            Figure::new("bytes", "cookie", 1234.0, "bytes"),
        ];
        let expected = "
| seal | µs | |
| --- | ---: | --- |
| ours | 1.23 | 1.50 × floor |

| bytes | bytes | |
| --- | ---: | --- |
| cookie | 1234 |  |
";
        assert_eq!(markdown(&figures), expected);
    }
}
