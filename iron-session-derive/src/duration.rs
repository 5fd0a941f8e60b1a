//! Durations as written in attributes: `"90s"`, `"15m"`, `"1h30m"`.

use std::time::Duration;

/// The units, largest first, and their seconds.
const UNITS: &[(char, u64)] = &[('d', 24 * 60 * 60), ('h', 60 * 60), ('m', 60), ('s', 1)];

/// A hundred years; a later deadline would have more digits than the budget counts.
const MAX_SECS: u64 = 36_500 * 24 * 60 * 60;

/// Parses integers with units, each unit at most once, the largest first.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let not_one = || {
        format!(
            "{text:?} is not a duration; write a number and a unit, `s`, `m`, `h` or `d`, \
             as in \"90s\", \"15m\" or \"1h30m\""
        )
    };
    let mut units = UNITS.iter();
    let mut secs = Some(0_u64);
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        let (number, tail) = rest.split_at(digits);
        let unit = tail.chars().next().and_then(|found| units.find(|(unit, _)| *unit == found));
        let (_, unit_secs) = unit.filter(|_| digits > 0).ok_or_else(not_one)?;
        secs = number
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(*unit_secs))
            .and_then(|more| secs?.checked_add(more));
        // A unit is one byte.
        rest = tail.split_at(1).1;
    }
    match secs {
        _ if text.is_empty() => Err(not_one()),
        Some(0) => {
            Err("a duration must be at least one second, because a value that expires immediately can never be read".to_owned())
        }
        Some(secs) if secs <= MAX_SECS => Ok(Duration::from_secs(secs)),
        _ => Err(format!("{text:?} is too long; a duration can be at most 100 years (`36500d`)")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_units_from_the_largest_to_the_smallest() {
        for (text, secs) in [
            ("90s", 90),
            ("15m", 900),
            ("12h", 43_200),
            ("30d", 2_592_000),
            ("1h30m", 5_400),
            ("1d2h3m4s", 93_784),
            ("0h1s", 1),
            ("36500d", MAX_SECS),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_secs(secs)), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_duration() {
        for text in ["", "15", "m", "15 m", "1.5h", "15min", "30m1h", "1h1h", "-1s", "1ss", "١s", "1h30"] {
            let message = parse(text).unwrap_err();
            assert!(message.contains("is not a duration"), "{text}: {message}");
        }
    }

    #[test]
    fn refuses_nothing_and_for_ever() {
        for text in ["0s", "0d0h"] {
            assert!(parse(text).unwrap_err().contains("at least one second"), "{text}");
        }
        for text in ["36501d", "36500d1s", "99999999999999999999s", "18446744073709551615d"] {
            assert!(parse(text).unwrap_err().contains("at most 100 years"), "{text}");
        }
    }
}
