//! A JSON scanner. It checks text as strictly as `JSON.parse` (ECMA-404), within bounds, and
//! finds where values start and end.
//!
//! It builds no values and does not recurse. One integer records the open containers, one bit
//! for each; this is why 128 levels are the limit.

use std::ops::Range;

use crate::error::DecodeError;
use crate::limits::MAX_DEPTH;

/// An integer with fewer digits than this is less than the largest `f64` (1.8 · 10³⁰⁸).
const SAFE_DIGITS: usize = 300;

pub(crate) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// Offsets of `\uXXXX` escapes that are half of a surrogate pair.
    lone_surrogates: Vec<usize>,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, lone_surrogates: Vec::new() }
    }

    pub(crate) fn into_lone_surrogates(self) -> Vec<usize> {
        self.lone_surrogates
    }

    /// Returns the offset of the next byte.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Returns a part of the text.
    pub(crate) fn text(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    /// Continues at an offset.
    pub(crate) fn skip_to(&mut self, offset: usize) {
        self.at = offset;
    }

    /// Skips white space and returns the next byte without consuming it.
    pub(crate) fn next_token(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
        self.peek()
    }

    /// Consumes the next byte if it is `expected`.
    pub(crate) fn passes(&mut self, expected: u8) -> bool {
        let passes = self.next_token() == Some(expected);
        self.at += usize::from(passes);
        passes
    }

    pub(crate) fn expect(&mut self, expected: u8) -> Result<(), DecodeError> {
        if self.passes(expected) { Ok(()) } else { self.unexpected() }
    }

    /// Consumes white space up to the end of the text.
    pub(crate) fn end(&mut self) -> Result<(), DecodeError> {
        match self.next_token() {
            None => Ok(()),
            Some(_) => self.unexpected(),
        }
    }

    /// Consumes a string; the range includes the quotes.
    pub(crate) fn string(&mut self) -> Result<Range<usize>, DecodeError> {
        self.next_token();
        let start = self.at;
        self.pass_string()?;
        Ok(start..self.at)
    }

    /// Consumes a value that is already nested `outer_depth` levels deep.
    pub(crate) fn value(&mut self, outer_depth: u32) -> Result<Range<usize>, DecodeError> {
        const OBJECT: u128 = 1;

        self.next_token();
        let start = self.at;
        // The lowest bit tells whether the innermost open container is an object.
        let mut open: u128 = 0;
        let mut depth = outer_depth;
        loop {
            match self.next_token() {
                Some(bracket @ (b'{' | b'[')) => {
                    if depth == MAX_DEPTH {
                        return Err(DecodeError::TooDeep);
                    }
                    self.at += 1;
                    let is_object = bracket == b'{';
                    if !self.passes(if is_object { b'}' } else { b']' }) {
                        depth += 1;
                        open = open << 1 | u128::from(is_object);
                        if is_object {
                            self.key()?;
                        }
                        continue;
                    }
                }
                Some(b'"') => self.pass_string()?,
                Some(b'-' | b'0'..=b'9') => self.pass_number()?,
                Some(b't') => self.pass_word("true")?,
                Some(b'f') => self.pass_word("false")?,
                Some(b'n') => self.pass_word("null")?,
                _ => return self.unexpected(),
            }
            // A value has ended; consume the ends of all containers that end with
            // it.
            loop {
                if depth == outer_depth {
                    return Ok(start..self.at);
                }
                let in_object = open & OBJECT == OBJECT;
                if self.passes(b',') {
                    if in_object {
                        self.key()?;
                    }
                    break;
                }
                self.expect(if in_object { b'}' } else { b']' })?;
                depth -= 1;
                open >>= 1;
            }
        }
    }

    fn key(&mut self) -> Result<(), DecodeError> {
        self.string()?;
        self.expect(b':')
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn unexpected<T>(&self) -> Result<T, DecodeError> {
        Err(DecodeError::Syntax { offset: self.at })
    }

    fn pass_word(&mut self, word: &str) -> Result<(), DecodeError> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return self.unexpected();
        }
        self.at += word.len();
        Ok(())
    }

    fn pass_string(&mut self) -> Result<(), DecodeError> {
        if self.peek() != Some(b'"') {
            return self.unexpected();
        }
        self.at += 1;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let plain = rest.iter().position(|&b| b < 0x20 || b == b'"' || b == b'\\');
            self.at += plain.unwrap_or(rest.len());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.pass_escape()?,
                _ => return self.unexpected(),
            }
        }
    }

    fn pass_escape(&mut self) -> Result<(), DecodeError> {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                Ok(())
            }
            Some(b'u') => {
                let unit = self.code_unit(start)?;
                self.at = start + ESCAPE_LEN;
                match unit {
                    0xD800..=0xDBFF => match self.code_unit(self.at) {
                        Ok(0xDC00..=0xDFFF) => self.at += ESCAPE_LEN,
                        // Read the rest again, as whatever it is.
                        _ => self.lone_surrogates.push(start),
                    },
                    0xDC00..=0xDFFF => self.lone_surrogates.push(start),
                    _ => {}
                }
                Ok(())
            }
            _ => self.unexpected(),
        }
    }

    /// Reads the `\uXXXX` at `start` without consuming it.
    fn code_unit(&self, start: usize) -> Result<u16, DecodeError> {
        let escape = self.text.as_bytes().get(start..start + ESCAPE_LEN);
        let digits = escape.and_then(|escape| escape.strip_prefix(br"\u"));
        digits
            .and_then(|digits| {
                digits.iter().try_fold(0, |unit: u16, &digit| {
                    let digit = char::from(digit).to_digit(16)?;
                    Some(unit << 4 | u16::try_from(digit).ok()?)
                })
            })
            .ok_or(DecodeError::Syntax { offset: start })
    }

    fn pass_number(&mut self) -> Result<(), DecodeError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.pass_digits()?;
        }
        let integer_digits = self.at - start;
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.pass_digits()?;
        }
        let has_exponent = matches!(self.peek(), Some(b'e' | b'E'));
        if has_exponent {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.pass_digits()?;
        }

        if has_exponent || integer_digits > SAFE_DIGITS {
            let number = self.text.get(start..self.at).and_then(|digits| digits.parse::<f64>().ok());
            if !number.is_some_and(f64::is_finite) {
                return Err(DecodeError::NumberTooLarge { offset: start });
            }
        }
        Ok(())
    }

    /// Consumes one or more digits.
    fn pass_digits(&mut self) -> Result<(), DecodeError> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { self.unexpected() } else { Ok(()) }
    }
}

/// Tells whether the text, which is already checked, holds an integer that a JavaScript number
/// cannot represent: one beyond ±(2⁵³ − 1).
pub(crate) fn holds_rounded_integer(text: &str) -> bool {
    const SAFE: i128 = (1 << 53) - 1;

    let mut scanner = Scanner::new(text);
    while let Some(byte) = scanner.peek() {
        let start = scanner.at;
        let passed = match byte {
            b'"' => scanner.pass_string(),
            b'-' | b'0'..=b'9' => scanner.pass_number(),
            _ => {
                scanner.at += 1;
                continue;
            }
        };
        let number = text.get(start..scanner.at).filter(|_| byte != b'"' && passed.is_ok());
        let is_rounded = number.is_some_and(|number| {
            let is_integer = !number.contains(['.', 'e', 'E']);
            is_integer && !number.parse::<i128>().is_ok_and(|number| (-SAFE..=SAFE).contains(&number))
        });
        if is_rounded {
            return true;
        }
    }
    false
}

/// The length of `\uXXXX`.
pub(crate) const ESCAPE_LEN: usize = 6;

/// Names the kind of a JSON value, for messages.
pub(crate) fn kind(text: &str) -> &'static str {
    match text.trim_ascii_start().bytes().next() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}
