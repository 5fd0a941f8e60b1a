//! `assert_schema!`, as a test that an application runs.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use iron_session::IronSession;
use iron_session::json_schema::HasJsonSchema;
use iron_session::testing::assert_schema;

mod more {
    #[derive(iron_session::IronSession, Clone)]
    #[session(json_schema, version = 2, untagged = 2)]
    pub(super) struct AppSession {
        pub(super) visits: u32,
        pub(super) theme: Option<String>,
    }
}

mod retyped {
    #[derive(iron_session::IronSession, Clone)]
    #[session(json_schema, version = 2, untagged = 2)]
    pub(super) struct AppSession {
        pub(super) visits: String,
    }
}

mod roomier {
    #[derive(iron_session::IronSession, Clone)]
    #[session(json_schema, version = 2, untagged = 2, max_cookies = 2)]
    pub(super) struct AppSession {
        pub(super) visits: u32,
    }
}

mod newer {
    #[derive(iron_session::IronSession, Clone)]
    #[session(json_schema, version = 3, untagged = 3)]
    pub(super) struct AppSession {
        pub(super) visits: u32,
    }
}

/// Documented since.
#[derive(IronSession, Clone)]
#[session(json_schema, version = 2, untagged = 2)]
struct AppSession {
    /// How often.
    visits: u32,
}

/// A file that holds the schema of `AppSession` without its documentation.
fn committed(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut schema = AppSession::json_schema().to_value();
    schema.as_object_mut().unwrap().remove("description").unwrap();
    std::fs::write(&path, schema.to_string()).unwrap();
    path
}

/// What a failed test says.
fn message(test: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let panic = std::panic::catch_unwind(test).unwrap_err();
    panic.downcast_ref::<String>().unwrap().clone()
}

#[test]
fn documentation_is_no_change() {
    iron_session::testing::assert_schema!(AppSession, committed("documented.json"));
}

#[test]
fn an_additive_change_needs_a_version() {
    let path = committed("additive.json");
    let expected = format!(
        "`AppSession` has changed since {} but still has version 2\n\n  \
         additive  theme: added, a string\n\n\
         if version 2 was released: add `version = 3, untagged = 2, readable_by = 2` to the struct, name a new \
         file, and name this one after it: `reads = …`\n\
         if it was not: run the test with IRON_SESSION_SCHEMAS=overwrite",
        path.display()
    );
    assert_eq!(message(|| assert_schema!(more::AppSession, path)), expected);
}

#[test]
fn a_breaking_change_needs_a_step() {
    let path = committed("breaking.json");
    let message = message(|| assert_schema!(retyped::AppSession, path));
    assert!(message.contains("  breaking  visits: is a string, was an integer\n"), "{message}");
    assert!(
        message.contains("add `version = 3, untagged = 2, previous = …` to the new one with a `From`"),
        "{message}"
    );
}

#[test]
fn settings_are_written_down_too() {
    let path = committed("settings.json");
    let message = message(|| assert_schema!(roomier::AppSession, path));
    assert!(message.contains("is out of date, although payloads have not changed"), "{message}");
}

#[test]
fn each_version_has_a_file() {
    let path = committed("version.json");
    let message = message(|| assert_schema!(newer::AppSession, path));
    assert!(message.contains("is for version 2, but `AppSession` has version 3"), "{message}");
}

#[test]
fn a_missing_file_says_how_to_write_it() {
    let message = message(|| assert_schema!(AppSession, "schemas/nowhere.json"));
    assert!(message.contains("tests/schemas/nowhere.json can't be read"), "{message}");
    assert!(message.ends_with("to write it, run the test with IRON_SESSION_SCHEMAS=overwrite"), "{message}");
}

#[test]
fn no_json_says_so() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no.json");
    std::fs::write(&path, "<<<<<<< HEAD").unwrap();
    let message = message(|| assert_schema!(AppSession, path));
    assert!(message.contains("is not JSON"), "{message}");
}

/// Runs this program's test of the name with the variable.
fn output(test: &str, value: &str) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test]).env("IRON_SESSION_SCHEMAS", value);
    command.output().unwrap()
}

fn run(test: &str, value: &str) -> bool {
    output(test, value).status.success()
}

#[test]
fn the_variable_rewrites_the_file() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new/app_session.v2.json");
    let test = "files::the_file_is_the_one_that_was_written";
    let _ = std::fs::remove_file(&path);
    assert!(!run(test, "yes"), "only the one word is known");
    assert!(!path.exists());

    assert!(run(test, "overwrite"));
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(written.starts_with("{\n  \"$schema\"") && written.ends_with("}\n"), "{written}");
    assert_schema!(AppSession, path);
}

/// Run by the test above; alone, it writes and reads nothing.
#[test]
fn the_file_is_the_one_that_was_written() {
    if std::env::var_os("IRON_SESSION_SCHEMAS").is_some() {
        assert_schema!(AppSession, Path::new(env!("CARGO_TARGET_TMPDIR")).join("new/app_session.v2.json"));
    }
}

#[test]
fn the_variable_does_not_replace_a_file_of_another_version() {
    let path = committed("kept.json");
    let before = std::fs::read_to_string(&path).unwrap();
    let output = output("files::the_file_of_another_version_is_kept", "overwrite");
    assert!(!output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("kept.json is for version 2, but `AppSession` has version 3"), "{said}");
    assert!(said.contains("if version 2 was never released, delete the file"), "{said}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
}

/// Run by the test above; alone, it writes and reads nothing.
#[test]
fn the_file_of_another_version_is_kept() {
    if std::env::var_os("IRON_SESSION_SCHEMAS").is_some() {
        assert_schema!(newer::AppSession, Path::new(env!("CARGO_TARGET_TMPDIR")).join("kept.json"));
    }
}

/// Structs, and what a failed test tells them to say: it compiles.
mod advised {
    macro_rules! session {
        ($module:ident, ($($attr:tt)*), { $($field:ident: $ty:ty),* }) => {
            pub(super) mod $module {
                #[derive(iron_session::IronSession, Clone)]
                #[session(json_schema, $($attr)*)]
                pub(crate) struct AppSession {
                    $(pub(crate) $field: $ty,)*
                }
            }
        };
    }

    session!(plain, (max_cookies = 1), { visits: u32 });
    session!(plain_more, (max_cookies = 1), { visits: u32, theme: Option<String> });
    session!(after_plain, (version = 2, untagged = 1, readable_by = 1), { visits: u32, theme: Option<String> });
    session!(after_two, (version = 3, untagged = 1, readable_by = 1), { theme: Option<String> });
    session!(retyped_two, (version = 2, untagged = 1, readable_by = 1), { visits: String });
    session!(
        after_retyped,
        (version = 3, untagged = 1, previous = super::after_plain::AppSession),
        { visits: String }
    );

    impl From<after_plain::AppSession> for after_retyped::AppSession {
        fn from(old: after_plain::AppSession) -> Self {
            Self { visits: old.visits.to_string() }
        }
    }
}

fn write<T: HasJsonSchema>(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, T::json_schema().to_value().to_string()).unwrap();
    path
}

#[test]
fn the_advice_takes_over_what_the_struct_says() {
    let path = write::<advised::plain::AppSession>("plain.json");
    let said = message(|| assert_schema!(advised::plain_more::AppSession, path));
    assert!(said.contains(": add `version = 2, untagged = 1, readable_by = 1` to the struct"), "{said}");

    let mut schema = advised::after_plain::AppSession::json_schema().to_value();
    schema["properties"].as_object_mut().unwrap().remove("theme").unwrap();
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("two.json");
    std::fs::write(&path, schema.to_string()).unwrap();
    let additive = path.clone();
    let said = message(|| assert_schema!(advised::after_plain::AppSession, additive));
    assert!(said.contains(": add `version = 3, untagged = 1, readable_by = 1` to the struct"), "{said}");
    assert_eq!(advised::after_two::AppSession::SCHEMA.readable_by(), 1);

    let said = message(|| assert_schema!(advised::retyped_two::AppSession, path));
    let expected = "add `version = 3, untagged = 1, previous = …` to the new one, without its `readable_by`,";
    assert!(said.contains(expected), "{said}");
    assert_eq!(advised::after_retyped::AppSession::SCHEMA.version(), 3);
}

#[test]
fn a_claim_to_be_readable_is_held_to_the_older_file() {
    let path = write::<advised::plain::AppSession>("older.v1.json");
    let newer = write::<advised::after_plain::AppSession>("older.v2.json");
    let (older, newest) = (path.clone(), newer.clone());
    assert_schema!(advised::after_plain::AppSession, newest, reads = older);

    let retyped = write::<advised::retyped_two::AppSession>("older.v2.retyped.json");
    let older = path.clone();
    let said = message(|| assert_schema!(advised::retyped_two::AppSession, retyped, reads = older));
    let expected = format!(
        "`AppSession` has `readable_by = 1`, but version 1 can't read it; changes since {}:\n\n  \
         breaking  visits: is a string, was an integer\n\n\
         revert the breaking changes, or keep the old struct and use `previous = …` instead of `readable_by`",
        path.display()
    );
    assert_eq!(said, expected);

    // What version 3 reads is held to both.
    let newest = write::<advised::after_two::AppSession>("older.v3.json");
    let said =
        message(|| assert_schema!(advised::after_two::AppSession, newest, reads = newer, reads = path));
    assert!(said.contains("but version 2 can't read it") && said.contains("visits: removed"), "{said}");
}

#[test]
fn an_older_file_is_one_that_may_read_this() {
    let path = write::<advised::after_retyped::AppSession>("unread.v3.json");
    let older = write::<advised::after_plain::AppSession>("unread.v2.json");
    let said = message(|| assert_schema!(advised::after_retyped::AppSession, path, reads = older));
    assert!(
        said.contains("is for version 2, but `AppSession` has version 3 and is readable by no older version"),
        "{said}"
    );

    let path = write::<advised::after_plain::AppSession>("lost.v2.json");
    let said =
        message(|| assert_schema!(advised::after_plain::AppSession, path, reads = "schemas/nowhere.json",));
    assert!(said.contains("tests/schemas/nowhere.json can't be read"), "{said}");
    assert!(said.ends_with("copy it from the release of that version"), "{said}");
}
