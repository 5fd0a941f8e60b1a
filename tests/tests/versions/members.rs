//! The members of an older payload after its migration.

use iron_session::{Expiring, IronSession};

use super::{change, read};

mod v1 {
    use iron_session::Expiring;

    #[derive(iron_session::IronSession, Clone)]
    #[session(json_schema)]
    pub(super) struct AppSession {
        #[session(alias = "nick")]
        pub(super) name: Option<String>,
        #[session(flash)]
        pub(super) notice: Option<String>,
        #[session(expires_in = "10m")]
        pub(super) sudo: Expiring<bool>,
        #[session(default = "five")]
        pub(super) stars: u32,
    }

    fn five() -> u32 {
        5
    }
}

#[derive(IronSession, Clone)]
#[session(json_schema, version = 2, untagged = 1, previous = v1::AppSession, rename_all = "camelCase")]
struct AppSession {
    user_name: Option<String>,
    theme: Option<String>,
    #[session(flash)]
    notice: Option<String>,
    #[session(expires_in = "10m")]
    sudo: Expiring<bool>,
    stars: u32,
}

impl From<v1::AppSession> for AppSession {
    fn from(old: v1::AppSession) -> Self {
        Self { user_name: old.name, theme: None, notice: old.notice, sudo: old.sudo, stars: old.stars }
    }
}

#[test]
fn what_the_old_struct_knew_is_consumed_and_what_nobody_knows_is_kept() {
    let received = r#"{"nick":"a","other":1.0,"$":{"t":60,"x":[]},"name":"ada","more":{"\u0061":1e2}}"#;
    let written = change::<AppSession>(received, |session| session.set_user_name("grace"));
    let expected =
        r#"{"$":{"v":2,"t":60,"x":[]},"other":1.0,"more":{"\u0061":1e2},"userName":"grace","stars":5}"#;
    assert_eq!(written, expected);
}

#[test]
fn nothing_is_written_twice_under_one_name() {
    // The old struct did not know `theme`, the new one does: it is the migration's.
    let received = r#"{"name":"ada","theme":7,"stars":3,"userName":"planted"}"#;
    let written = change::<AppSession>(received, |session| session.set_theme("dark"));
    assert_eq!(written, r#"{"$":{"v":2},"userName":"ada","theme":"dark","stars":3}"#);

    assert_eq!(read::<AppSession>(received).theme(), None);
}

#[test]
fn a_value_that_nobody_changed_comes_through_the_migration() {
    // Far in the future, and with a notice that nobody has read.
    let received = r#"{"name":"ada","notice":"hi","sudo":{"value":true,"until_ms":9000000000000},"stars":2}"#;
    let written = change::<AppSession>(received, |session| session.set_stars(4));
    let expected = r#"{"$":{"v":2},"userName":"ada","notice":"hi","sudo":{"value":true,"until_ms":9000000000000},"stars":4}"#;
    assert_eq!(written, expected);

    // What has ended is gone.
    let received = r#"{"name":"ada","sudo":{"value":true,"until_ms":1}}"#;
    let written = change::<AppSession>(received, |session| session.set_stars(4));
    assert_eq!(written, r#"{"$":{"v":2},"userName":"ada","stars":4}"#);
}

#[test]
fn what_the_migration_made_can_be_taken_away() {
    let received = r#"{"name":"ada","notice":"hi","stars":2}"#;
    let signed_out = change::<AppSession>(received, |session| session.user_name = None);
    assert_eq!(signed_out, r#"{"$":{"v":2},"notice":"hi","stars":2}"#);
    let read = change::<AppSession>(received, |session| drop(session.take_notice()));
    assert_eq!(read, r#"{"$":{"v":2},"userName":"ada","stars":2}"#);
}

#[test]
fn a_migration_that_changes_nothing_else_is_written_by_save_alone() {
    let (mut visitor, options, clock) = super::with_payload(r#"{"name":"ada"}"#);
    visitor.visit::<AppSession, _>(&options, |session| session.save().unwrap());
    assert_eq!(super::payload(&visitor, &clock), r#"{"$":{"v":2},"userName":"ada","stars":5}"#);
}

#[test]
fn a_new_session_is_tagged_and_an_emptied_one_is_gone() {
    let (mut visitor, options, clock) = super::with_payload("{}");
    visitor.visit::<AppSession, _>(&options, |session| session.set_user_name("ada"));
    assert_eq!(super::payload(&visitor, &clock), r#"{"$":{"v":2},"userName":"ada","stars":5}"#);
    visitor.visit::<AppSession, _>(&options, iron_session::Session::clear);
    assert_eq!(visitor.cookie_header(), "", "a tag alone is no session");
}
