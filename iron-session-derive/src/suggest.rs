//! Suggests the correct name for a misspelt one.

/// Lists the expected names, starting with the one that was probably meant.
pub(crate) fn expected<'a>(found: &str, names: impl Iterator<Item = &'a str> + Clone) -> String {
    let list: Vec<_> = names.clone().map(|name| format!("`{name}`")).collect();
    match (closest(found, names), list.as_slice()) {
        (Some(name), [_]) => format!("did you mean `{name}`?"),
        (Some(name), list) => format!("did you mean `{name}`? expected one of {}", list.join(", ")),
        (None, [only]) => format!("expected {only}"),
        (None, list) => format!("expected one of {}", list.join(", ")),
    }
}

/// Finds the most similar name, if one is similar enough: a third of its letters,
/// rounded up, may be wrong, ignoring case.
pub(crate) fn closest<'a>(found: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let letters = |text: &str| text.to_lowercase().chars().collect::<Vec<_>>();
    let found = letters(found);
    let distances = names.map(|name| (distance(&found, &letters(name)), name));
    let (distance, name) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= name.len().div_ceil(3)).then_some(name)
}

/// Counts insertions, deletions and replacements (Levenshtein's distance).
fn distance(a: &[char], b: &[char]) -> usize {
    // `row` holds the distances from the part of `a` seen so far to each prefix of `b`;
    // `diagonal` is the distance to the empty prefix.
    let mut row: Vec<usize> = (1..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (above, y) in row.iter_mut().zip(b) {
            let replaced = diagonal + usize::from(x != y);
            diagonal = *above;
            left = replaced.min(*above + 1).min(left + 1);
            *above = left;
        }
    }
    row.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn among<'a>(found: &str, names: &'a [&'a str]) -> Option<&'a str> {
        closest(found, names.iter().copied())
    }

    #[test]
    fn finds_letters_left_out_swapped_and_replaced() {
        let names = ["flash", "transient", "rename", "alias"];
        for (found, meant) in [
            ("flsh", "flash"),
            ("falsh", "flash"),
            ("Flash", "flash"),
            ("transiet", "transient"),
            ("renmae", "rename"),
            ("aliass", "alias"),
        ] {
            assert_eq!(among(found, &names), Some(meant), "{found}");
        }
    }

    #[test]
    fn does_not_guess_wildly() {
        assert_eq!(among("expires", &["flash", "transient"]), None);
        assert_eq!(among("", &["flash"]), None);
        assert_eq!(among("x", &[]), None);
    }

    #[test]
    fn lists_what_was_expected() {
        let names = ["flash", "alias"].iter().copied();
        assert_eq!(expected("flsh", names.clone()), "did you mean `flash`? expected one of `flash`, `alias`");
        assert_eq!(expected("ttl", names), "expected one of `flash`, `alias`");
        let only = ["flash"].iter().copied();
        assert_eq!(expected("flsh", only.clone()), "did you mean `flash`?");
        assert_eq!(expected("ttl", only), "expected `flash`");
    }
}
