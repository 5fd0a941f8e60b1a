//! A payload's text: checked once, then known to be JSON within our bounds.

#[cfg(feature = "compress")]
use super::compressed;
use super::scan::{ESCAPE_LEN, Scanner};
use crate::error::{DecodeError, UnsealError};
use crate::scratch::{Scratch, ScratchText};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// JSON that a lone surrogate may stand in, as JavaScript allows.
pub(crate) struct Text {
    /// As it came: what is written back.
    received: ScratchText,
    /// The same with every lone surrogate escape replaced by `\uFFFD`, where
    /// there was one. Both have the same length, so ranges fit both.
    readable: Option<ScratchText>,
}

impl Text {
    /// Takes a plaintext's bytes. They are not judged as JSON before
    /// [`Text::check`] has seen them.
    pub(crate) fn from_plaintext(plaintext: Scratch) -> Result<Self, UnsealError> {
        // JSON text can't begin below 0x09; what does is a compressed form.
        let plaintext = match plaintext.first() {
            #[cfg(feature = "compress")]
            Some(&compressed::DEFLATED) => compressed::inflate(&plaintext)?,
            Some(&form @ ..0x09) => return Err(UnsealError::Unsupported { form }),
            _ => plaintext,
        };
        let received = plaintext.into_text_lossy();
        if received.starts_with(BYTE_ORDER_MARK) {
            return Ok(Self::new(&received));
        }
        Ok(Self { received, readable: None })
    }

    /// Takes a text that no seal held.
    pub(crate) fn new(text: &str) -> Self {
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        Self { received: text.into(), readable: None }
    }

    /// Runs a scan over the text, then makes it readable.
    pub(crate) fn check<R>(
        &mut self,
        scan: impl FnOnce(&mut Scanner<'_>) -> Result<R, DecodeError>,
    ) -> Result<R, DecodeError> {
        let mut scanner = Scanner::new(&self.received);
        let result = scan(&mut scanner)?;
        scanner.end()?;
        let lone_surrogates = scanner.into_lone_surrogates();
        if !lone_surrogates.is_empty() {
            self.readable = Some(replace(&self.received, &lone_surrogates));
        }
        Ok(result)
    }

    /// Returns the text as it came.
    pub(crate) fn received(&self) -> &str {
        &self.received
    }

    /// Returns the text that serde can read.
    pub(crate) fn readable(&self) -> &str {
        self.readable.as_ref().unwrap_or(&self.received)
    }
}

/// Replaces the escapes at the given offsets by `\uFFFD`.
pub(super) fn replace(received: &str, lone_surrogates: &[usize]) -> ScratchText {
    const REPLACEMENT: &str = r"\uFFFD";

    let mut readable = Scratch::new();
    let mut copied = 0;
    for &start in lone_surrogates {
        readable.push_str(received.get(copied..start).unwrap_or_default());
        readable.push_str(REPLACEMENT);
        copied = start + ESCAPE_LEN;
    }
    readable.push_str(received.get(copied..).unwrap_or_default());
    readable.into_text_lossy()
}
