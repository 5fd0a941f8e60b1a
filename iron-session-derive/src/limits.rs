//! The limits of the wire, as iron-session's `limits.rs` has them.
//!
//! A crate of macros can't depend on the crate that exports its macros. This file uses nothing
//! else, so that a test can include it by its path and compare it with the library.

/// The maximum number of cookies that one session may use.
pub(crate) const MAX_CHUNKS: u32 = 4;

/// The longest `Set-Cookie` line.
pub(crate) const MAX_LINE_BYTES: u32 = 4096;

/// Returns the length of text in JSON, without its quotes.
pub(crate) fn json_len(text: &str) -> usize {
    let len = |byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        0x00..0x20 => r"\u0000".len(),
        _ => 1,
    };
    text.bytes().map(len).sum()
}
