//! Changes of enums: of their values, and of variants with and without a tag.

use iron_session_tests::payloads::schema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::changes::{Contact, assert_changes};

/// A choice, as three versions have it.
mod role {
    use super::{Deserialize, JsonSchema, Serialize};

    #[derive(Serialize, Deserialize, JsonSchema, Clone)]
    #[serde(rename = "Role")]
    pub(super) enum Two {
        Admin,
        Guest,
    }

    /// Documented, which schemars spells in another way.
    #[derive(Serialize, Deserialize, JsonSchema, Clone)]
    #[serde(rename = "Role")]
    pub(super) enum Three {
        /// All.
        Admin,
        Guest,
        /// More.
        Editor,
    }

    #[derive(Serialize, Deserialize, JsonSchema, Clone)]
    #[serde(rename = "Role")]
    pub(super) enum WithData {
        Admin,
        Guest,
        Editor { of: String },
    }
}

#[test]
fn choices_are_compared_by_value() {
    let old = session!({ role: Option<role::Two>, });
    let new = session!({ role: Option<role::Three>, });
    assert_changes(&old, &new, &[r#"breaking  role: can be "Editor" too, which older servers can't read"#]);
    assert_changes(&new, &old, &[r#"breaking  role: can no longer be "Editor""#]);
}

#[test]
fn variants_are_compared_by_tag() {
    mod v1 {
        #[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema, Clone)]
        #[serde(tag = "kind")]
        pub(super) enum Step {
            Cart { items: u8 },
            Paid { at: u64 },
        }
    }
    mod v2 {
        #[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema, Clone)]
        #[serde(tag = "kind")]
        pub(super) enum Step {
            Refunded,
            Cart { items: String },
        }
    }
    let old = session!({ step: Option<v1::Step>, });
    let new = session!({ step: Option<v2::Step>, });
    assert_changes(
        &old,
        &new,
        &[
            r#"breaking  step(kind="Cart").items: is a string, was an integer"#,
            r#"breaking  step: can no longer be kind="Paid""#,
            r#"breaking  step: can be kind="Refunded" too, which older servers can't read"#,
        ],
    );
}

#[derive(Serialize, Deserialize, JsonSchema, Clone)]
#[serde(untagged)]
enum OneContact {
    Mail { address: String, name: Option<String> },
}

/// A long note can be read as a short one.
#[test]
fn variants_that_one_value_fits_keep_their_order() {
    #[derive(Serialize, Deserialize, JsonSchema, Clone)]
    #[serde(untagged)]
    enum Note {
        Long { text: String, title: String },
        Short { text: String },
    }
    #[derive(Serialize, Deserialize, JsonSchema, Clone)]
    #[serde(untagged)]
    enum TurnedNote {
        Short { text: String },
        Long { text: String, title: String },
    }

    assert_changes(
        &session!({ notes: Vec<Note>, }),
        &session!({ notes: Vec<TurnedNote>, }),
        &["breaking  notes[]: its variants are in a different order, and the first one that fits is used"],
    );
}

#[test]
fn variants_without_a_tag_are_compared_each_with_one() {
    #[derive(Serialize, Deserialize, JsonSchema, Clone)]
    #[serde(untagged)]
    enum Turned {
        Phone { number: u64, country: Option<String> },
        Mail { address: String, name: Option<String> },
    }
    #[derive(Serialize, Deserialize, JsonSchema, Clone)]
    #[serde(untagged)]
    enum Retyped {
        Mail { address: String, name: Option<String> },
        Phone { number: String, country: Option<String> },
    }
    let one = session!({ contact: Option<OneContact>, });
    let two = session!({ contact: Option<Contact>, });
    assert_changes(&one, &two, &["breaking  contact: can be an object too, which older servers can't read"]);
    assert_changes(&two, &one, &["breaking  contact: can no longer be an object"]);
    assert_changes(&two, &session!({ contact: Option<Turned>, }), &[]);
    assert_changes(
        &two,
        &session!({ contact: Option<Retyped>, }),
        &["breaking  contact(an object).number: is a string, was an integer"],
    );
}

#[test]
fn an_optional_choice_is_one_with_null() {
    item!(Old { role: Option<role::Two> });
    item!(New { role: Option<role::Three> });
    item!(WithData { role: Option<role::WithData> });
    #[derive(Serialize, Deserialize, JsonSchema, Clone)]
    struct Always {
        role: role::Two,
    }
    let old = session!({ user: Old, });
    let new = session!({ user: New, });
    assert_changes(
        &old,
        &new,
        &[r#"breaking  user.role: can be "Editor" too, which older servers can't read"#],
    );
    assert_changes(&new, &old, &[r#"breaking  user.role: can no longer be "Editor""#]);
    assert_changes(
        &old,
        &session!({ user: WithData, }),
        &["breaking  user.role: can be {Editor} too, which older servers can't read"],
    );
    let (some, always) = (session!({ users: Vec<Old>, }), session!({ users: Vec<Always>, }));
    assert_changes(
        &some,
        &always,
        &[
            "breaking  users[].role: is required, was optional",
            "breaking  users[].role: can no longer be null",
        ],
    );
}
