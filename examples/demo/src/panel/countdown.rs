//! The time that is left of the session. A script counts it down.

use maud::{Markup, html};

use crate::page::Frame;
use crate::pages::SIGN_IN;
use crate::timeouts::in_words;

pub(super) fn countdown(frame: &Frame) -> Markup {
    let timeouts = frame.timeouts;
    // A visitor has nothing to sign in for again.
    let sign_in_page = frame.session.user_name().map(|_| SIGN_IN);
    html! {
        section #time-left data-sign-in-page=[sign_in_page] {
            h2 { "Time left" }
            table {
                tr {
                    td { "If you do nothing" }
                    td.number data-end="idleMs" data-testid="idle-end" {
                        (minutes(frame.time_left.map(|left| left.idle_ms)))
                    }
                }
                tr {
                    td { "In any case" }
                    td.number data-end="absoluteMs" data-testid="absolute-end" {
                        (minutes(frame.time_left.map(|left| left.absolute_ms)))
                    }
                }
            }
            p.hint {
                "A session ends after " (in_words(timeouts.idle)) " without a visit, and after "
                (in_words(timeouts.absolute)) " in any case. A visit extends the first time once half of it has passed."
            }
        }
    }
}

/// Writes a time as the script does.
fn minutes(ms: Option<u64>) -> String {
    ms.map_or("–".to_owned(), |ms| {
        let secs = ms.div_ceil(1000);
        format!("{}:{:02}", secs / 60, secs % 60)
    })
}

#[cfg(test)]
mod tests {
    use super::minutes;

    #[test]
    fn a_time_is_in_minutes_and_seconds() {
        assert_eq!([Some(600_000), Some(59_001), None].map(minutes), ["10:00", "1:00", "–"]);
    }
}
