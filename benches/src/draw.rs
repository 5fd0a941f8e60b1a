//! Charts as SVG, as far as the book needs them, readable on a light and on a dark page.

use std::fmt::Write as _;

use crate::tables::digits;

const WIDTH: f64 = 760.0;
const LABELS: f64 = 300.0;
const VALUES: f64 = 80.0;
const TITLE: f64 = 40.0;
const ROW: f64 = 24.0;

const STYLE: &str = "<style>\
    text{font:13px system-ui,sans-serif;fill:#333}.title{font-weight:600;font-size:15px}\
    .ours{fill:#c2410c;stroke:#c2410c}.theirs{fill:#94a3b8;stroke:#94a3b8}.grid{stroke:#94a3b8;stroke-opacity:.35}\
    @media(prefers-color-scheme:dark){text{fill:#ddd}.ours{fill:#fb923c;stroke:#fb923c}.theirs{fill:#64748b;stroke:#64748b}}\
    </style>";

/// One row of a bar chart.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Its label.
    pub label: String,
    /// Its length.
    pub value: f64,
    /// Whether it is this library's.
    pub ours: bool,
}

/// Draws a bar chart, from zero.
pub fn bars(title: &str, unit: &str, rows: &[Bar]) -> String {
    let largest = rows.iter().map(|row| row.value).fold(0.0, f64::max);
    let scale = (WIDTH - LABELS - VALUES) / largest;
    let mut body = String::new();
    let mut y = TITLE;
    for Bar { label, value, ours } in rows {
        let (class, width, middle) = (class(*ours), (value * scale).max(1.0), y + ROW / 2.0 + 4.0);
        let _ = writeln!(
            body,
            "<text x=\"{}\" y=\"{middle}\" text-anchor=\"end\">{}</text>\
             <rect class=\"{class}\" x=\"{LABELS}\" y=\"{}\" width=\"{width:.1}\" height=\"{}\"/>\
             <text x=\"{:.1}\" y=\"{middle}\">{} {unit}</text>",
            LABELS - 8.0,
            escaped(label),
            y + 3.0,
            ROW - 6.0,
            LABELS + width + 6.0,
            number(*value),
        );
        y += ROW;
    }
    svg(title, y + 10.0, &body)
}

/// One line of a line chart.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its label.
    pub label: String,
    /// Its points, from left to right.
    pub points: Vec<(f64, f64)>,
    /// Whether it is this library's.
    pub ours: bool,
}

/// Draws a line chart, with both axes from zero. A line has its label at its end.
pub fn lines(title: &str, x_unit: &str, y_unit: &str, lines: &[Line]) -> String {
    const HEIGHT: f64 = 300.0;
    const LEFT: f64 = 60.0;
    const RIGHT: f64 = 250.0;
    let points = || lines.iter().flat_map(|line| &line.points);
    let (x_max, x_step) = axis(points().map(|point| point.0).fold(0.0, f64::max));
    let (y_max, y_step) = axis(points().map(|point| point.1).fold(0.0, f64::max));
    let x = |value: f64| LEFT + value / x_max * (WIDTH - LEFT - RIGHT);
    let y = |value: f64| TITLE + HEIGHT - value / y_max * HEIGHT;

    let mut body = String::new();
    for value in ticks(y_max, y_step) {
        let (left, right, at) = (x(0.0), x(x_max), y(value));
        let _ = writeln!(
            body,
            "<path class=\"grid\" d=\"M{left:.1} {at:.1}H{right:.1}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            left - 6.0,
            at + 4.0,
            number(value),
        );
    }
    for value in ticks(x_max, x_step) {
        let (at, below) = (x(value), TITLE + HEIGHT + 18.0);
        let _ = writeln!(
            body,
            "<text x=\"{at:.1}\" y=\"{below}\" text-anchor=\"middle\">{}</text>",
            number(value)
        );
    }
    let _ = writeln!(
        body,
        "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text><text x=\"4\" y=\"{}\">{}</text>",
        x(x_max / 2.0),
        TITLE + HEIGHT + 38.0,
        escaped(x_unit),
        TITLE - 6.0,
        escaped(y_unit),
    );
    // Labels of lines that end close together must not overlap.
    let mut sorted: Vec<&Line> = lines.iter().filter(|line| !line.points.is_empty()).collect();
    let end = |line: &Line| line.points.last().copied().unwrap_or_default();
    sorted.sort_by(|a, b| end(b).1.total_cmp(&end(a).1));
    let mut above = f64::NEG_INFINITY;
    for line in sorted {
        let path: Vec<_> = line.points.iter().map(|&(px, py)| format!("{:.1} {:.1}", x(px), y(py))).collect();
        let class = class(line.ours);
        let (last_x, last_y) = end(line);
        above = y(last_y).max(above + 16.0);
        let _ = writeln!(
            body,
            "<path class=\"{class}\" style=\"fill:none\" stroke-width=\"2\" d=\"M{}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            path.join("L"),
            x(last_x) + 8.0,
            above + 4.0,
            escaped(&line.label),
        );
    }
    svg(title, TITLE + HEIGHT + 50.0, &body)
}

fn svg(title: &str, height: f64, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\
         <title>{title}</title>\n{STYLE}\n<text class=\"title\" x=\"4\" y=\"20\">{title}</text>\n{body}</svg>\n"
    )
}

fn class(ours: bool) -> &'static str {
    if ours { "ours" } else { "theirs" }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Formats a number as in a table, but without zeros at the end.
fn number(value: f64) -> String {
    let text = digits(value);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Returns the end of an axis with room for this value, and the distance of its ticks.
fn axis(largest: f64) -> (f64, f64) {
    let rough = (largest / 5.0).max(f64::MIN_POSITIVE);
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|unit| unit * power).find(|&step| step >= rough);
    let step = step.unwrap_or(rough);
    ((largest / step).ceil() * step, step)
}

fn ticks(max: f64, step: f64) -> impl Iterator<Item = f64> {
    (0..=20).map(move |index| f64::from(index) * step).take_while(move |&value| value <= max + step / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number() {
        assert_eq!(axis(11.9), (15.0, 5.0));
        assert_eq!(ticks(15.0, 5.0).collect::<Vec<_>>(), [0.0, 5.0, 10.0, 15.0]);
    }

    #[test]
    fn text_can_not_end_an_element() {
        let rows = [Bar { label: "a<b & c".to_owned(), value: 12.34, ours: true }];
        let svg = bars("µs", "µs", &rows);
        assert!(svg.contains("a&lt;b &amp; c") && svg.contains(">12.3 µs<"), "{svg}");
    }

    #[test]
    fn labels_keep_their_distance() {
        let line = |label: &str, value| Line {
            label: label.to_owned(),
            points: vec![(0.0, 0.0), (1.0, value)],
            ours: false,
        };
        let svg = lines("", "x", "y", &[line("first", 10.0), line("second", 10.0)]);
        let at = |label: &str| {
            let before = svg.split_once(&format!("\">{label}<")).unwrap().0;
            before.rsplit_once("y=\"").unwrap().1.parse::<f64>().unwrap()
        };
        assert!((at("second") - at("first")).abs() >= 16.0);
    }
}
