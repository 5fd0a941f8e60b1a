//! The limits of the wire: every number and name that two parts of the library must agree on,
//! and how long numbers and text are there.
//!
//! Users find the ones that they need in [`cookie`](crate::cookie).

/// The longest `Set-Cookie` line, including its attributes. Chromium 156 counts only name and
/// value, 4096 bytes together; other browsers count differently. A limit for the whole line
/// satisfies all of them, and iron-session 9 uses the same limit.
pub const MAX_LINE_BYTES: usize = 4096;

/// The maximum number of cookies that one session may use. iron-session 9 reads no more.
pub const MAX_CHUNKS: usize = 4;

/// The suffixes of the cookie's name, one for each chunk, as iron-session 9 has them.
pub(crate) const CHUNK_SUFFIXES: [&str; MAX_CHUNKS] = [".0", ".1", ".2", ".3"];

/// The suffixes of the cookie's name, one for each chunk, as h3 2 has them (`utils/cookie`).
pub(crate) const H3_CHUNK_SUFFIXES: [&str; MAX_CHUNKS] = [".1", ".2", ".3", ".4"];

/// The value of a cookie that has only the number of its chunks, which follows, as h3 2 writes it.
pub(crate) const H3_CHUNKED: &str = "__chunked__";

/// The rounds of PBKDF2 in seals of h3 2 (`utils/internal/iron-crypto`, `defaults`).
pub(crate) const H3_ROUNDS: u32 = 8192;

/// The bytes of each `Set-Cookie` line that a session type reserves for the cookie's name, its
/// attributes and the password's id. The usual attributes take about 100.
pub(crate) const DEFAULT_OVERHEAD_BYTES: usize = 128;

/// The digits of an expiry in Unix milliseconds. Fourteen last until the year 5138.
pub(crate) const EXPIRY_DIGITS: usize = 14;

/// The most bytes that a session's time of issue takes in the metadata: Unix seconds, until the
/// year 5138.
pub(crate) const ISSUED_AT_BYTES: usize = r#","iat":"#.len() + EXPIRY_DIGITS - "000".len();

/// The characters of a session's id: 128 bits in base64url, without padding.
pub(crate) const SESSION_ID_CHARS: usize = 22;

/// The bytes that a session's id takes in the metadata.
pub(crate) const SESSION_ID_BYTES: usize = r#","id":"""#.len() + SESSION_ID_CHARS;

/// The largest payload of a record, in bytes, unless the session type sets another size.
pub(crate) const DEFAULT_RECORD_BYTES: usize = 64 * 1024;

/// The longest lifetime of a session of its own, in seconds: ten digits, three hundred years.
pub(crate) const MAX_LIFETIME_SECS: u64 = 9_999_999_999;

/// The deepest nesting of a payload, including its own object. `serde_json` has the same limit.
pub(crate) const MAX_DEPTH: u32 = 128;

/// The name of the member that holds the library's metadata.
pub(crate) const METADATA_NAME: &str = "$";

/// Returns how many digits a number has.
pub(crate) const fn digits(number: u64) -> usize {
    match number.checked_ilog10() {
        Some(log) => log as usize + 1,
        None => 1,
    }
}

/// Returns the length of text in JSON, without its quotes.
pub(crate) const fn json_len(text: &str) -> usize {
    let mut rest = text.as_bytes();
    let mut len = 0;
    while let [byte, tail @ ..] = rest {
        len += match *byte {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
            0x00..0x20 => r"\u0000".len(),
            _ => 1,
        };
        rest = tail;
    }
    len
}
