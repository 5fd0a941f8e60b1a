//! A browser that receives the lines of a response.

use std::collections::BTreeMap;

use crate::header;
use crate::lines::Lines;

/// Returns the `Cookie` header that the browser sends next.
pub(crate) fn next_header(sent: &str, lines: &Lines<'_>) -> String {
    if lines.set.is_empty() && lines.expired.is_empty() {
        return sent.to_owned();
    }
    let mut jar: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, value) in header::pairs(sent) {
        jar.entry(name).or_insert(value);
    }
    for line in &lines.set {
        jar.insert(line.name, line.value);
    }
    for line in &lines.expired {
        jar.remove(line.name);
    }
    let pairs: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("; ")
}
