//! Budgets, differences and TypeScript, from the schema files beside this one.

use serde_json::Value;

use super::{done, failed, run};

#[test]
fn schema_diff_tells_what_a_change_needs() {
    let output = run("schema diff shop.v1.json shop.v2.json", "");
    assert_eq!(output.code, 7);
    assert_eq!(
        output.stdout,
        "breaking  cart[].price: is a string, was an integer\n\
         additive  cart[].gift: added, a boolean or null\n\
         additive  balance: added, a string\n\
         additive  csrf: added, a string\n\
         additive  flash-notice: added, a choice\n\
         additive  prefs: added, an object\n\
         additive  sudo: added, an object\n\
         additive  theme: added, a choice\n\n\
         breaking: the new struct needs a higher `version`, and `previous` with a `From`\n"
    );
    let output = run("schema diff shop.v1.json shop.v2.json --json", "");
    let json: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((output.code, &json["breaking"]), (7, &Value::Bool(true)));
    assert_eq!(json["changes"][1]["impact"], "additive");
    let same = done("schema diff shop.v2.json shop.v2.json", "");
    assert_eq!(same, "no change: payloads are the same\n");
}

/// Writes a schema that needs more than its cookies hold; returns its path.
pub(super) fn over_budget() -> &'static str {
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/large.json");
    std::fs::write(path, include_str!("shop.v1.json").replace(": 38", ": 5000")).unwrap();
    path
}

/// Names come from files, and a terminal obeys what is in them.
#[test]
fn names_reach_the_terminal_as_escapes() {
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/hostile.json");
    let named = include_str!("shop.v1.json").replace("\"userId\"", "\"a\u{202e}\u{9b}\"");
    assert_ne!(named, include_str!("shop.v1.json"));
    std::fs::write(path, named).unwrap();
    for line in [format!("budget {path}"), format!("schema diff {path} shop.v1.json")] {
        let text = run(&line, "").stdout;
        assert!(text.contains(r"a\u{202e}\u{9b}") && !text.contains(['\u{202e}', '\u{9b}']), "{text:?}");
    }
}

#[test]
fn budget_draws_bars() {
    let text = done("budget shop.v1.json", "");
    assert!(text.contains("userId        48  █\n"), "{text}");
    assert!(text.contains("cart           ?  no size limit: checked when saving\n"), "{text}");
    assert!(text.ends_with("bytes of JSON in 1 cookie(s)\n"), "{text}");
    let json: Value = serde_json::from_str(&done("budget --json shop.v1.json", "")).unwrap();
    assert_eq!(json["excess_bytes"], 0);

    let output = run(&format!("budget {}", over_budget()), "");
    assert_eq!(output.code, 8);
    assert!(output.stdout.contains("bytes too large: lower a `max_bytes`"), "{}", output.stdout);
}

/// `,"iat":` with eleven digits, and `,"id":""` with 22 characters.
#[test]
fn a_revocable_session_needs_room_for_its_id_and_its_time_of_issue() {
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/revocable.json");
    let plain = include_str!("shop.v1.json");
    let revocable = plain.replace("\"max_cookies\": 1", "\"max_cookies\": 1,\n    \"revocable\": true");
    assert_ne!(revocable, plain);
    std::fs::write(path, revocable).unwrap();
    let bytes = |file: &str| {
        let json: Value = serde_json::from_str(&done(&format!("budget --json {file}"), "")).unwrap();
        json["bounded_payload_bytes"].as_u64().unwrap()
    };
    assert_eq!(bytes(path), bytes("shop.v1.json") + 48);
    let diff = done(&format!("schema diff shop.v1.json {path}"), "");
    assert!(diff.starts_with("additive  the session: is revocable\n"), "{diff}");
}

#[test]
fn files_that_are_no_schemas_are_told_apart() {
    let error = failed(1, "types nowhere.json", "");
    assert!(error.contains("nowhere.json can't be read") && error.contains("next: pass a file"), "{error}");
    assert!(failed(1, "types text.rs", "").contains("is not JSON"));
}

#[test]
fn types_are_typescript() {
    let expected = include_str!("shop.v2.ts");
    assert_eq!(done("types shop.v2.json", ""), expected);
}

/// Of a struct without a version, too.
#[test]
fn the_metadata_has_a_type() {
    let text = done("types shop.v1.json", "");
    assert!(
        text.contains(
            "  $?: {\n    /** When the session was issued, in Unix seconds. */\n    iat?: number;\n"
        ),
        "{text}"
    );
}

#[test]
fn each_type_has_a_name_of_its_own() {
    let schema = serde_json::json!({
        "title": "AppSession",
        "type": "object",
        "properties": {
            "dotted": { "$ref": "#/$defs/A.b" },
            "plain": { "$ref": "#/$defs/A_b" },
            "map": { "type": "object", "additionalProperties": { "$ref": "#/$defs/Record" } },
            "list": { "type": "array", "items": { "$ref": "#/$defs/Array" } },
            "own": { "$ref": "#/$defs/AppSession" },
        },
        "$defs": {
            "A.b": { "type": "string" },
            "A_b": { "type": "integer" },
            "A_b2": { "type": "boolean" },
            "AppSession": { "type": "boolean" },
            "Array": { "type": "integer" },
            "Record": { "type": "object", "properties": { "id": { "type": "integer" } } },
        },
    });
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/names.json");
    std::fs::write(path, schema.to_string()).unwrap();
    let text = done(&format!("types {path}"), "");
    for line in [
        "  dotted?: A_b3;",
        "  plain?: A_b;",
        "  map?: Record<string, Record2>;",
        "  list?: Array<Array2>;",
        "  own?: AppSessionValue;",
        "export type A_b3 = string;",
        "export type A_b = number;",
        "export type A_b2 = boolean;",
        "export type Array2 = number;",
        "export interface Record2 {",
    ] {
        assert!(text.lines().any(|written| written == line), "{line} in {text}");
    }
    assert_eq!(text.matches("export ").count(), 7, "{text}");
}
