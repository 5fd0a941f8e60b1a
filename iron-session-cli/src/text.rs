//! Text for people: other people's text made harmless, and times.

use iron_session::clock::Timestamp;

/// Escapes the characters of other people's text that would mislead: a terminal obeys control
/// characters, and some others change the order of the text.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if misleads(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}

/// Returns whether a character does more than stand where it is written. Joiners don't count,
/// because scripts and emoji need them.
pub(crate) fn misleads(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// Writes a time as local time, and its distance from now.
pub(crate) fn time(at: Timestamp) -> String {
    let Ok(at) = i64::try_from(at.as_unix_ms())
        .map_or(Err(()), |ms| jiff::Timestamp::from_millisecond(ms).map_err(drop))
    else {
        return "after the year 9999".to_owned();
    };
    let local = at.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S %:z");
    let secs = at.duration_since(jiff::Timestamp::now()).as_secs();
    format!(
        "{local} ({})",
        if secs < 0 { format!("{} ago", span(secs)) } else { format!("in {}", span(secs)) }
    )
}

/// Writes a span in its largest unit.
fn span(secs: i64) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let secs = secs.unsigned_abs();
    let (size, name) = UNITS.into_iter().find(|(size, _)| secs >= *size).unwrap_or((1, "second"));
    let count = secs / size;
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}
