//! Members of fields that were removed from the struct, and that are to be dropped.

use iron_session::error::SaveError;
use iron_session::json_schema::HasJsonSchema;
use iron_session::json_schema::changes;
use iron_session::session::Usage;
use iron_session::testing::cookie_header;
use iron_session::{IronSession, SessionOptions, Untyped};
use iron_session_tests::Visitor;
use iron_session_tests::fixtures::{clock, noise, options};

/// The release before.
#[derive(IronSession, Clone)]
#[session(json_schema, max_cookies = 4)]
struct Before {
    visits: u32,
    notes: String,
}

#[derive(IronSession, Clone)]
#[session(json_schema)]
struct Removed {
    visits: u32,
}

#[derive(IronSession, Clone)]
#[session(json_schema, forget("notes", "more"))]
struct Forgotten {
    visits: u32,
}

#[derive(IronSession, Clone)]
#[session(json_schema, version = 2, untagged = 1, previous = Forgotten)]
struct After {
    count: u32,
}

impl From<Forgotten> for After {
    fn from(old: Forgotten) -> Self {
        Self { count: old.visits }
    }
}

fn fixed() -> SessionOptions {
    options(&clock()).build().unwrap()
}

fn visitor_with(options: &SessionOptions, json: &str) -> Visitor {
    Visitor::with_cookies(&cookie_header(options, &json.parse::<Untyped>().unwrap()))
}

fn json_of(visitor: &mut Visitor, options: &SessionOptions) -> String {
    visitor.visit::<Untyped, _>(options, |session| session.to_json())
}

#[test]
fn goes_with_the_next_write_and_is_no_reason_for_one() {
    let options = fixed();
    let mut visitor = visitor_with(&options, r#"{"notes":"old","visits":1,"theirs":1,"more":[]}"#);
    let before = visitor.cookie_header();
    visitor.visit::<Forgotten, _>(&options, |session| assert_eq!(session.visits(), &1));
    assert_eq!(visitor.cookie_header(), before);
    visitor.visit::<Forgotten, _>(&options, |session| session.visits += 1);
    assert_eq!(json_of(&mut visitor, &options), r#"{"visits":2,"theirs":1}"#);
}

#[test]
fn a_session_with_nothing_else_is_empty() {
    let options = fixed();
    let mut visitor = visitor_with(&options, r#"{"notes":"old","visits":1}"#);
    visitor.visit::<Forgotten, _>(&options, |session| session.visits = 0);
    assert_eq!(visitor.cookie_header(), "");
}

#[test]
fn a_removed_field_that_no_longer_fits_is_named_with_its_cure() {
    let options = fixed();
    let mut visitor = Visitor::new();
    visitor.visit::<Before, _>(&options, |session| session.set_notes(noise(6000)));
    let before = visitor.cookie_header();

    let (error, usage) = visitor.visit::<Removed, _>(&options, |session| {
        session.visits += 1;
        let usage = Usage::measure(session).unwrap();
        (session.save().unwrap_err(), usage)
    });
    let SaveError::TooLarge { largest, .. } = &error else { panic!("{error}") };
    assert!(largest[0].is_unknown && !largest[1].is_unknown, "{largest:?}");
    let cure = r#"; no field reads `notes`: if no other program needs it, add `#[session(forget("notes"))]` to the struct"#;
    assert!(error.to_string().ends_with(cure), "{error}");
    assert!(usage.members.iter().any(|(name, _)| name == "notes"));
    assert_eq!(visitor.cookie_header(), before);

    let usage = visitor.visit::<Forgotten, _>(&options, |session| {
        session.visits += 1;
        let usage = Usage::measure(session).unwrap();
        session.save().unwrap();
        usage
    });
    assert_eq!(usage.members, [("visits".to_owned(), r#""visits":1,"#.len())]);
    assert_eq!(json_of(&mut visitor, &options), r#"{"visits":1}"#);
}

#[test]
fn a_fields_own_size_has_no_such_cure() {
    let options = fixed();
    let error = Visitor::new().visit::<Before, _>(&options, |session| {
        session.set_notes(noise(20_000));
        session.save().unwrap_err()
    });
    assert!(!error.to_string().contains("forget"), "{error}");
}

#[test]
fn what_an_older_version_forgets_is_not_carried_over() {
    let options = fixed();
    let mut visitor = visitor_with(&options, r#"{"notes":"old","visits":1,"theirs":1}"#);
    visitor.visit::<After, _>(&options, |session| session.count += 1);
    assert_eq!(json_of(&mut visitor, &options), r#"{"theirs":1,"count":2}"#);
}

#[test]
fn a_schema_says_what_is_forgotten() {
    let schema = |schema: schemars::Schema| schema.as_value().clone();
    let found = |old, new| changes(&old, &new).iter().map(ToString::to_string).collect::<Vec<_>>();
    let (before, removed, forgotten) =
        (schema(Before::json_schema()), schema(Removed::json_schema()), schema(Forgotten::json_schema()));
    assert_eq!(found(before.clone(), removed.clone()), ["breaking  notes: removed"]);
    assert_eq!(
        found(before.clone(), forgotten.clone()),
        ["breaking  notes: removed and forgotten: older servers lose it"]
    );
    assert_eq!(found(removed, forgotten.clone()), [""; 0]);
    // Older servers would drop what newer ones write.
    assert_eq!(found(forgotten, before), ["breaking  notes: added, a string, which older servers forget"]);
}
