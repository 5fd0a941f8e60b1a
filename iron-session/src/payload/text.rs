//! The text of a payload. After one check it is known to be JSON within our bounds.

#[cfg(feature = "compress")]
use super::compressed;
use super::scan::{ESCAPE_LEN, Scanner};
use crate::error::{DecodeError, UnsealError};
use crate::scratch::{Scratch, ScratchText};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// JSON that may contain lone surrogates, as JavaScript allows.
pub(crate) struct Text {
    /// The text as received; this is written back.
    received: ScratchText,
    /// If there are lone surrogates: the same text with each escape replaced by `\uFFFD`.
    /// Both texts have the same length, so ranges fit both.
    readable: Option<ScratchText>,
}

impl Text {
    /// Takes the bytes of a plaintext. They are not yet known to be JSON; [`Text::check`]
    /// finds out.
    pub(crate) fn from_plaintext(plaintext: Scratch) -> Result<Self, UnsealError> {
        // JSON text can't start with a byte below 0x09; such a byte marks a compressed
        // form.
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

    /// Takes a text that does not come from a seal.
    pub(crate) fn new(text: &str) -> Self {
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        Self { received: text.into(), readable: None }
    }

    /// Runs a scan over the text, then replaces its lone surrogates.
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

    /// Returns the text as received.
    pub(crate) fn received(&self) -> &str {
        &self.received
    }

    /// Returns the text in a form that serde can read.
    pub(crate) fn readable(&self) -> &str {
        self.readable.as_ref().unwrap_or(&self.received)
    }
}

/// Replaces the escapes at the given offsets by `\uFFFD`.
pub(crate) fn replace(received: &str, lone_surrogates: &[usize]) -> ScratchText {
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
