//! Payloads without a tag: JavaScript and releases without a `version` wrote them.

use iron_session::{IronSession, Untyped};

use super::{change, read};

/// JavaScript writes this struct's members.
#[derive(IronSession, Clone)]
#[session(json_schema, version = 3, untagged = 3)]
struct OfJavaScript {
    user: Option<String>,
}

/// This struct only adds to what versions 1 and 2 had.
#[derive(IronSession, Clone)]
#[session(json_schema, version = 3, untagged = 1, readable_by = 1)]
struct Additive {
    user: Option<String>,
    theme: Option<String>,
}

/// A struct that begins with a version.
#[derive(IronSession, Clone)]
#[session(json_schema, version = 1)]
struct First {
    user: Option<String>,
}

#[derive(IronSession, Clone)]
#[session(json_schema)]
struct Versionless {
    user: Option<String>,
}

#[test]
fn an_untagged_payload_is_what_the_struct_says() {
    let written = change::<OfJavaScript>(r#"{"user":"ada","more":1}"#, |session| session.set_user("grace"));
    assert_eq!(written, r#"{"$":{"v":3},"user":"grace","more":1}"#);
}

#[test]
fn an_additive_version_reads_the_older_ones_itself() {
    for tag in ["", r#""$":{"v":1},"#, r#""$":{"v":2,"r":1},"#, r#""$":{"v":3,"r":1},"#] {
        let received = format!(r#"{{{tag}"user":"ada","more":1.50}}"#);
        assert_eq!(read::<Additive>(&received).user(), Some("ada"), "{received}");
        let written = change::<Additive>(&received, |session| session.set_theme("dark"));
        assert_eq!(written, r#"{"$":{"v":3,"r":1},"user":"ada","more":1.50,"theme":"dark"}"#, "{received}");
    }
}

#[test]
fn a_first_version_is_tagged_and_a_struct_without_one_is_not() {
    let written = change::<First>(r#"{"user":"ada"}"#, |session| session.set_user("grace"));
    assert_eq!(written, r#"{"$":{"v":1},"user":"grace"}"#);

    let written = change::<Versionless>(r#"{"$":{"v":1},"user":"ada"}"#, |session| session.set_user("grace"));
    assert_eq!(written, r#"{"$":{"v":1},"user":"grace"}"#);
    let written = change::<Versionless>(r#"{"user":"ada"}"#, |session| session.set_user("grace"));
    assert_eq!(written, r#"{"user":"grace"}"#);
}

#[test]
fn an_untyped_session_reads_every_version() {
    for tag in [r#""$":{"v":1}"#, r#""$":{"v":9}"#, r#""$":{"v":9,"r":8}"#] {
        let received = format!(r#"{{{tag},"user":"ada"}}"#);
        let written = change::<Untyped>(&received, |session| session.insert("user", "grace").unwrap());
        assert_eq!(written, format!(r#"{{{tag},"user":"grace"}}"#));
    }
}
