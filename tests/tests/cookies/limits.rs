//! The derive's limits are those of the library.

use iron_session::cookie::{MAX_CHUNKS, MAX_LINE_BYTES};

/// The derive's own copies.
#[path = "../../../iron-session-derive/src/limits.rs"]
mod derive;

#[test]
fn the_derive_knows_the_limits_of_cookies() {
    assert_eq!(derive::MAX_CHUNKS as usize, MAX_CHUNKS);
    assert_eq!(derive::MAX_LINE_BYTES as usize, MAX_LINE_BYTES);
}

#[test]
fn the_derive_knows_the_length_of_text_in_json() {
    for text in (0..0x100).filter_map(char::from_u32).chain(['…', '😀']).map(String::from) {
        let json = serde_json::to_string(&text).unwrap();
        assert_eq!(derive::json_len(&text), json.len() - "\"\"".len(), "{text:?}");
    }
}
