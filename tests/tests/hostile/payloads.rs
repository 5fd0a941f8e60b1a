//! The content of an authentic seal: another program, or an older release,
//! wrote it, and it may be anything.

use iron_session::error::{EncodeError, SaveError, SealError};
use iron_session::{Untyped, session};
use iron_session_tests::fixtures::{clock, cookie};
use iron_session_tests::{AppSession, RequestSession, payloads};
use serde_json::value::RawValue;

use crate::{NONE, OPENS, assert_reason, options};

#[track_caller]
fn assert_payload(name: &str, plaintext: &str, expected: &str) {
    let clock = clock();
    let options = options(&clock).build().unwrap();
    let start: String = name.chars().take(60).collect();
    assert_reason(&options, &start, &cookie(&clock, plaintext), expected);
}

fn nested(open: &str, close: &str, levels: usize) -> String {
    format!("{}1{}", open.repeat(levels), close.repeat(levels))
}

#[test]
fn text_that_is_not_json() {
    for plaintext in [
        "",
        " ",
        "ada",
        "undefined",
        "NaN",
        "{",
        "}",
        "{}x",
        "{} {}",
        "{},",
        "[",
        "'a'",
        "{a:1}",
        "{'a':1}",
        r#"{"a":1,}"#,
        r#"{"a" 1}"#,
        r#"{"a":}"#,
        r#"{,"a":1}"#,
        r#"{"a":01}"#,
        r#"{"a":+1}"#,
        r#"{"a":.5}"#,
        r#"{"a":1.}"#,
        r#"{"a":1e}"#,
        r#"{"a":-}"#,
        r#"{"a":0x1}"#,
        r#"{"a":NaN}"#,
        r#"{"a":Infinity}"#,
        r#"{"a":tru}"#,
        r#"{"a":nul}"#,
        r#"{"a":"}"#,
        r#"{"a":"\x"}"#,
        r#"{"a":"\u12"}"#,
        r#"{"a":"\uZZZZ"}"#,
        "{\"a\":\"\n\"}",
        "{\"a\":\"\u{1f}\"}",
        r#"{"a":1/**/}"#,
        "{\"a\":1\u{a0}}",
        "\u{feff}\u{feff}{}",
        "{\"a\":1}\0",
        "\u{b}{}",
    ] {
        assert_payload(plaintext, plaintext, "undecodable");
    }
}

#[test]
fn json_that_is_no_session() {
    for plaintext in ["1", "-0", "true", "false", r#""ada""#, "[]", r#"[{"user":"ada"}]"#] {
        assert_payload(plaintext, plaintext, "undecodable");
    }
    for plaintext in ["null", "{}", " { } ", "\u{feff}{}", "\t\r\n{}\n"] {
        assert_payload(plaintext, plaintext, NONE);
    }
}

#[test]
fn depth_bombs() {
    for (levels, expected) in
        [(127, OPENS), (128, "undecodable"), (129, "undecodable"), (100_000, "undecodable")]
    {
        for (open, close) in [("[", "]"), (r#"{"a":"#, "}"), (r#"[{"a":"#, "}]")] {
            let levels = levels / open.matches(['[', '{']).count();
            let exact = levels * open.matches(['[', '{']).count();
            let expected = if exact <= 127 { OPENS } else { expected };
            let payload = format!(r#"{{"a":{}}}"#, nested(open, close, levels));
            if payload.len() < 10_000 {
                assert_payload("nested", &payload, expected);
            }
        }
    }
    // Also where nobody looks, and when nothing closes.
    assert_payload("unclosed", &"[".repeat(9000), "undecodable");
    assert_payload("unclosed", &r#"{"a":"#.repeat(1800), "undecodable");
    assert_payload("beside", &format!(r#"{{"user":"ada","x":{}}}"#, nested("[", "]", 128)), "undecodable");
}

#[test]
fn number_bombs() {
    let digits = "9".repeat(400);
    for number in ["1e400", "-1e400", "1E+400", "1e99999999999999999999", &digits, "1.8e308"] {
        assert_payload(number, &format!(r#"{{"a":{number}}}"#), "undecodable");
        assert_payload(number, &format!(r#"{{"a":[{{"b":{number}}}]}}"#), "undecodable");
    }
    let small = format!("0.{}1", "0".repeat(400));
    let long = format!("0.{}", "3".repeat(2000));
    for number in ["1e-400", "1e308", "-1.7976931348623157e308", "0e999", &"9".repeat(300), &small, &long] {
        assert_payload(number, &format!(r#"{{"a":{number}}}"#), OPENS);
    }
}

#[test]
fn member_bombs() {
    let duplicates = vec![r#""a":1"#; 2000].join(",");
    assert_payload("duplicates", &format!("{{{duplicates}}}"), OPENS);
    let many: Vec<_> = (0..1000).map(|n| format!(r#""m{n}":{n}"#)).collect();
    assert_payload("many", &format!("{{{}}}", many.join(",")), OPENS);
    let escaped = r"\u0061".repeat(1500);
    assert_payload("a long name", &format!(r#"{{"{escaped}":1}}"#), OPENS);
    let surrogates = r"\ud800".repeat(1500);
    assert_payload("lone surrogates", &format!(r#"{{"a":"{surrogates}"}}"#), OPENS);
}

#[test]
fn compressed_forms_that_this_build_has_not() {
    for form in '\0'..'\u{9}' {
        // The one that it has is told to be damaged.
        let reason = if form == '\u{1}' { "undecodable" } else { "unsupported" };
        assert_payload("a form", &form.to_string(), reason);
        assert_payload("a form", &format!("{form}{{\"user\":\"ada\"}}"), reason);
        assert_payload("a form", &format!("{form}{}", "\0".repeat(3000)), reason);
    }
}

#[test]
fn metadata_of_any_kind() {
    for metadata in [
        "null",
        "1",
        "[]",
        r#""x""#,
        "{}",
        r#"{"v":null}"#,
        r#"{"v":"2"}"#,
        r#"{"v":-1}"#,
        r#"{"v":1.5}"#,
        r#"{"v":99999999999999}"#,
        r#"{"t":-1}"#,
        r#"{"t":1e30}"#,
        r#"{"t":18446744073709551615}"#,
        r#"{"t":18446744073709551616}"#,
        r#"{"t":{}}"#,
        r#"{"r":0}"#,
        r#"{"iat":"x","id":[]}"#,
        r#"{"v":1,"v":1}"#,
        r#"{"\u0076":1}"#,
    ] {
        assert_payload(metadata, &format!(r#"{{"$":{metadata},"user":"ada"}}"#), OPENS);
    }
    for metadata in
        [r#"{"v":2}"#, r#"{"v":4294967295}"#, r#"{"v":3,"r":2}"#, r#"{"v":1,"v":2}"#, r#"{"\u0076":2}"#]
    {
        let payload = format!(r#"{{"$":{metadata},"visits":1}}"#);
        assert_payload(metadata, &payload, OPENS);
        // A struct without a version is version 1.
        let clock = clock();
        let log = iron_session_tests::Log::capture();
        let request = RequestSession::<AppSession>::new(options(&clock).build().unwrap());
        let header = cookie(&clock, &payload);
        assert_eq!(request.handle([header.as_str()]).unwrap().visits(), &0, "{metadata}");
        assert_eq!(log.take_one().field("reason"), Some("newer_schema"), "{metadata}");
    }
}

/// A lifetime comes out of the seal: another program's, or an older bug's.
#[test]
fn lifetimes_of_any_length_are_written_back_without_a_panic() {
    let clock = clock();
    for secs in ["0", "1", "59", "60", "61", "4102444800", "99999999999", "18446744073709551615"] {
        let request =
            session::RequestSession::<AppSession>::new(options(&clock).build().unwrap().check().unwrap());
        let header = cookie(&clock, &format!(r#"{{"$":{{"t":{secs}}},"visits":1}}"#));
        let mut session = request.handle([header.as_str()]).unwrap();
        session.visits += 1;
        session.save().unwrap();
        drop(session);
        let commit = request.commit(200);
        payloads::check::<AppSession>(request.options(), &header, &commit.set_cookies);
        assert!(commit.set_cookies[0].starts_with("sid=Fe26.2*1*"), "{secs}: {commit:?}");
    }
}

/// Member by member, a value of another type than the field's.
#[test]
fn members_of_another_type_cost_the_session_not_the_request() {
    let clock = clock();
    let values = ["true", "-1", "1.5", r#""x""#, "[]", "[1]", "{}", r#"{"x":1}"#, "1e300"];
    for (name, fitting) in [
        ("userId", vec![r#""x""#]),
        ("visits", vec![]),
        ("cart", vec!["[]"]),
        ("address", vec![]),
        ("balance", vec!["-1", "1.5", "1e300"]),
        ("notice", vec![r#""x""#]),
        ("alerts", vec!["[]"]),
        ("theirs", values.to_vec()),
        ("currentUser", values.to_vec()),
    ] {
        for value in values {
            let log = iron_session_tests::Log::capture();
            let request = RequestSession::<AppSession>::new(options(&clock).build().unwrap());
            let header = cookie(&clock, &format!(r#"{{"{name}":{value},"lang":"de"}}"#));
            let session = request.handle([header.as_str()]).unwrap();
            let read = session.language().is_some();
            let reasons: Vec<_> = log.take().iter().map(|e| e.field("reason").map(str::to_owned)).collect();
            if fitting.contains(&value) {
                assert!(read && reasons.is_empty(), "{name}: {value}: {reasons:?}");
            } else {
                assert!(!read, "{name}: {value}");
                assert_eq!(reasons, [Some("undecodable".to_owned())], "{name}: {value}");
            }
        }
    }
}

/// JSON that is passed through into the session, and that no reader would take.
#[test]
fn a_raw_number_that_would_not_be_read_back_is_refused() {
    let options = options(&clock()).build().unwrap();
    for number in ["1e400".to_owned(), format!("[{{\"x\":-{}e99}}]", "1".repeat(220))] {
        let raw = RawValue::from_string(number).unwrap();
        let request = RequestSession::<Untyped>::new(options.clone());
        let mut session = request.handle([""; 0]).unwrap();
        session.insert("prefs", &raw).unwrap();
        let refused = session.save().unwrap_err();
        let SaveError::Seal(SealError::Payload(EncodeError::Serialize { member, cause, .. })) = refused
        else {
            panic!("{refused}");
        };
        assert_eq!(member.as_deref(), Some("prefs"));
        assert!(cause.to_string().starts_with("the number"), "{cause}");
    }
}
