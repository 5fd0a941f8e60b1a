//! Tells by its bytes whether a payload is ordinary, so that the fast path may read it.
//!
//! In values that it skips, `serde_json` does not detect a lone surrogate, a number too large
//! for `f64`, or more than 128 levels. A look at the whole text rules these out, with loops that
//! the compiler can vectorise. It may reject a text that is fine, which costs only time.

use crate::limits::MAX_DEPTH;
use crate::payload::Scanner;

/// Rules out the errors that `serde_json` does not detect in values that it skips.
pub(super) fn is_ordinary(text: &str) -> bool {
    let bytes = text.as_bytes();
    // A text with many brackets need not be deep; a scan finds out.
    !has_unicode_escape(bytes)
        && !may_have_a_huge_number(bytes)
        && (has_few_brackets(bytes) || has_few_first_brackets(bytes) || Scanner::new(text).value(0).is_ok())
}

/// Tells whether there are too few brackets for a nesting that is too deep. Every level needs a
/// bracket, although not every bracket opens a level.
fn has_few_brackets(bytes: &[u8]) -> bool {
    let brackets = |chunk: &[u8]| usize::from(chunk.iter().copied().map(opens).sum::<u8>());
    bytes.chunks(128).map(brackets).sum::<usize>() <= MAX_DEPTH as usize
}

/// Does the same for lists of many objects. A bracket directly after `},` is not counted,
/// because the first of its siblings was counted already, once for the level.
///
/// Text inside strings can only make the count too large, because no string ends with a brace.
fn has_few_first_brackets(bytes: &[u8]) -> bool {
    let from = |at: usize| bytes.get(at..).unwrap_or_default().chunks(128);
    let brackets = |((closing, commas), chunk): ((&[u8], &[u8]), &[u8])| {
        let behind = closing.iter().zip(commas).zip(chunk);
        let is_first = |((closing, comma), byte): ((&u8, &u8), &u8)| {
            let follows = u8::from(closing | 0x20 == b'}') & u8::from(*comma == b',');
            opens(*byte) & !follows
        };
        usize::from(behind.map(is_first).sum::<u8>())
    };
    // The first two bytes have nothing before them.
    let start: u8 = bytes.iter().take(2).copied().map(opens).sum();
    let rest = from(0).zip(from(1)).zip(from(2)).map(brackets).sum::<usize>();
    usize::from(start) + rest <= MAX_DEPTH as usize
}

/// Tells whether a byte is `[` or `{`. The two differ in one bit, and setting that bit turns no
/// other byte into `{`.
fn opens(byte: u8) -> u8 {
    u8::from(byte | 0x20 == b'{')
}

/// Tells whether there is a `\u` escape, because a lone surrogate is written as one: `\uD83D`.
fn has_unicode_escape(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'\\', bytes).any(|at| bytes.get(at + 1) == Some(&b'u'))
}

/// Tells whether there may be a number too large for `f64`: it has a long exponent or hundreds
/// of digits.
fn may_have_a_huge_number(bytes: &[u8]) -> bool {
    /// The distance between two samples, and the number of digits to allow: with an
    /// exponent of two digits, they make a number below the largest `f64`, 1.8 · 10³⁰⁸.
    const STRIDE: usize = 192;
    const EXPONENT_DIGITS: usize = 3;

    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let is_long = |at: usize| {
        let after = bytes.get(at..).unwrap_or_default().iter().take_while(|byte| is_digit(byte)).count();
        let before =
            bytes.get(..at).unwrap_or_default().iter().rev().take_while(|byte| is_digit(byte)).count();
        after + before > STRIDE
    };
    if (0..bytes.len()).step_by(STRIDE).any(is_long) {
        return true;
    }

    // One loop that the compiler can vectorise: does an `e` follow a digit anywhere?
    let pairs = || bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let is_exponent = |(digit, e): (&u8, &u8)| u8::from(is_digit(digit)) & u8::from(*e | 0x20 == b'e');
    if pairs().fold(0, |any, pair| any | is_exponent(pair)) == 0 {
        return false;
    }
    pairs().enumerate().filter(|(_, pair)| is_exponent(*pair) == 1).any(|(at, _)| {
        let exponent = bytes.get(at + 2..).unwrap_or_default();
        let exponent = exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent);
        exponent.iter().take_while(|byte| is_digit(byte)).count() >= EXPONENT_DIGITS
            && starts_like_a_number(bytes.get(..=at).unwrap_or_default())
    })
}

/// Tells whether the number at the end of these bytes is where a value may start. Most hex
/// digits follow a quote or a letter instead.
fn starts_like_a_number(bytes: &[u8]) -> bool {
    let before = bytes.iter().rev().find(|byte| !matches!(byte, b'0'..=b'9' | b'.' | b'-'));
    matches!(before, Some(b':' | b',' | b'[' | b' ' | b'\t' | b'\n' | b'\r'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::DecodeError;
    use proptest::prelude::*;

    /// Builds a text from steps that open, close or separate values.
    fn nest(steps: &[u8]) -> String {
        let mut text = "[".to_owned();
        let mut depth = 1;
        for step in steps {
            match step {
                0..5 => {
                    text.push_str(["[", "[[],", r#"["},{","#, "[1,[],", "[{},"][usize::from(*step)]);
                    depth += 1;
                }
                _ if depth > 1 => {
                    text.push_str("0],");
                    depth -= 1;
                }
                _ => text.push_str("0,"),
            }
        }
        text + "0" + &"]".repeat(depth)
    }

    proptest! {
        #[test]
        fn few_brackets_are_few_levels(steps in prop::collection::vec(0..7_u8, 0..400)) {
            let text = nest(&steps);
            let is_deep = matches!(Scanner::new(&text).value(0), Err(DecodeError::TooDeep));
            prop_assert!(!is_deep || !(has_few_brackets(text.as_bytes()) || has_few_first_brackets(text.as_bytes())));
        }
    }
}
