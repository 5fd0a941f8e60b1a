//! Cuts text that a visitor has typed to the allowed length.

/// Cuts text to a number of UTF-16 units, as `maxlength` counts them, and before the first
/// control character, which no form field sends.
///
/// Each remaining unit takes at most three bytes of JSON. So a limit in characters, which
/// people understand, gives a limit in bytes.
pub(crate) fn fitting(text: &str, max_units: usize) -> &str {
    let text = text.trim();
    let mut units = 0;
    let end = text.char_indices().find(|(_, char)| {
        units += char.len_utf16();
        units > max_units || char.is_control()
    });
    end.map_or(text, |(end, _)| text.get(..end).unwrap_or_default()).trim_end()
}

#[cfg(test)]
mod tests {
    use super::fitting;

    #[test]
    fn text_is_cut_where_a_browser_cuts_it() {
        assert_eq!(
            [" Ada ", "Ada L", "Adaé", "A\u{7f}da"].map(|text| fitting(text, 4)),
            ["Ada", "Ada", "Adaé", "A"]
        );
        assert_eq!(fitting("a🖋🖋", 4), "a🖋");
    }

    #[test]
    fn a_unit_takes_three_bytes_at_most() {
        for char in (' '..=char::MAX).filter(|char| !char.is_control()) {
            let json = serde_json::to_string(&char).unwrap();
            assert!(json.len() - 2 <= 3 * char.len_utf16(), "{json}");
        }
    }
}
