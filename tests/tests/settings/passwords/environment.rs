//! Passwords from an environment variable or a file.

use std::ffi::OsStr;
use std::process::Command;

use iron_session::Passwords;
use iron_session::error::PasswordError;
use iron_session_tests::fixtures::{OTHER_PASSWORD, PASSWORD};
use iron_session_tests::log::with_sources;

use super::strength::pasted;
use super::{HOW_TO_MAKE_ONE, lone, sealer, unseal};

/// The errors of a program that reads its passwords from a variable.
fn from_env(value: Option<&OsStr>) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_passwords_from_env"));
    program.arg("SESSION_SECRET").env_remove("SESSION_SECRET");
    if let Some(value) = value {
        program.env("SESSION_SECRET", value);
    }
    let output = program.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// A file of its own for a test, in the folder of the build.
fn file(name: &str, content: impl AsRef<[u8]>) -> std::path::PathBuf {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content).unwrap();
    path
}

#[test]
fn a_file_holds_the_same_forms_with_a_newline_at_its_end() {
    let map = format!(r#"{{"1":"{PASSWORD}","2":"{OTHER_PASSWORD}"}}"#);
    for (content, id) in [(PASSWORD, "1"), (&map, "2")] {
        for end in ["", "\n", "\r\n"] {
            let passwords = Passwords::from_file(file("passwords", format!("{content}{end}"))).unwrap();
            assert_eq!(passwords.sealing_id().unwrap().as_str(), id, "{content}{end:?}");
            let seal = lone(PASSWORD).seal(&42).unwrap();
            assert_eq!(unseal(&sealer(passwords), &seal).unwrap(), 42, "{content}{end:?}");
        }
    }
}

#[test]
fn a_file_that_holds_no_passwords_is_refused_with_its_path() {
    for (content, cause) in [
        (Vec::new(), "the set of passwords is empty"),
        (b"\n".to_vec(), "the set of passwords is empty"),
        (b"short\n".to_vec(), "password 1 has 5 characters"),
        (format!("{PASSWORD}\n\n").into_bytes(), "password 1 starts or ends with white space"),
        (b"\xff".to_vec(), "UTF-8"),
    ] {
        let path = file("refused", &content);
        let error = Passwords::from_file(&path).unwrap_err();
        let told = with_sources(&error);
        assert!(told.contains(&path.display().to_string()) && told.contains(cause), "{told}");
        assert!(!told.contains("short") && !told.contains(PASSWORD), "{told}");
    }
    let error = Passwords::from_file("/no/such/file").unwrap_err();
    assert!(matches!(error, PasswordError::Unreadable { .. }), "{error}");
}

#[test]
fn a_variable_can_name_a_file() {
    let path = file("named", format!("{PASSWORD}\n"));
    let told = |secret: Option<&str>, path: &std::path::Path| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_passwords_from_env"));
        program.arg("SECRET").env_remove("SECRET").env("SECRET_FILE", path);
        program.envs(secret.map(|secret| ("SECRET", secret)));
        String::from_utf8(program.output().unwrap().stdout).unwrap()
    };
    assert_eq!(told(None, &path), "1 seal with 1\n");
    assert_eq!(told(Some(""), &path), "1 seal with 1\n");
    assert_eq!(told(Some(PASSWORD), "".as_ref()), "1 seal with 1\n");
    assert!(told(Some(PASSWORD), &path).starts_with("both `SECRET` and `SECRET_FILE` are set"));
    assert!(told(None, "/no/such/file".as_ref()).contains("`/no/such/file` can't be read"));
    assert!(told(None, "".as_ref()).contains("`SECRET` is not set"));
}

#[track_caller]
fn assert_from_env(value: &str, told: &str) {
    assert_eq!(from_env(Some(value.as_ref())), told, "{value}");
}

#[track_caller]
fn assert_refused(value: &str, parts: &[&str]) {
    let told = from_env(Some(value.as_ref()));
    for part in parts.iter().chain(&["`SESSION_SECRET`"]) {
        assert!(told.contains(part), "{value}: {told}\nshould contain {part}");
    }
    assert!(!told.contains("seal with"), "{value}: {told}");
}

#[test]
fn the_environment_has_one_secret_a_map_or_a_list() {
    assert_from_env(PASSWORD, "1 seal with 1");
    assert_from_env(&format!(r#"{{"1":"{PASSWORD}","2":"{OTHER_PASSWORD}"}}"#), "1,2 seal with 2");
    assert_from_env(&format!(" {{\n \"7\" : \"{PASSWORD}\" }} \n"), "7 seal with 7");
    assert_from_env(&format!(r#"[{{"id":2,"password":"{PASSWORD}"}}]"#), "2 seal with 2");
    let list = format!(r#"[{{"id":2,"password":"{PASSWORD}"}},{{"password":"{OTHER_PASSWORD}","id":"10"}}]"#);
    assert_from_env(&list, "10,2 seal with 10");
    assert_from_env(&format!(r#"{{"default":"{PASSWORD}"}}"#), "default seal with nothing");
}

#[test]
fn the_json_forms_can_choose_the_password_that_seals() {
    let map = format!(r#"{{"1":"{PASSWORD}","2":"{OTHER_PASSWORD}"}}"#);
    assert_from_env(&format!(r#"{{"passwords":{map}}}"#), "1,2 seal with 2");
    assert_from_env(&format!(r#"{{"passwords":{map},"seal_with":null}}"#), "1,2 seal with 2");
    for id in [r#""1""#, "1"] {
        assert_from_env(&format!(r#" {{ "seal_with": {id}, "passwords": {map} }}"#), "1,2 seal with 1");
    }
    let list = |first: &str, second: &str| {
        format!(
            r#"[{{"id":1,"password":"{PASSWORD}"{first}}},{{"id":2,"password":"{OTHER_PASSWORD}"{second}}}]"#
        )
    };
    assert_from_env(&list(r#","seals":true"#, ""), "1,2 seal with 1");
    assert_from_env(&list(r#","seals":true"#, r#","seals":false"#), "1,2 seal with 1");
    assert_from_env(&list("", r#","seals":true"#), "1,2 seal with 2");

    let seals = r#","seals":true"#;
    assert_refused(&list(seals, seals), &["only one element may have `\"seals\":true`"]);
    assert_refused(&list(r#","seals":1"#, ""), &["an `id` and a `password`"]);
    assert_refused(
        &format!(r#"{{"seal_with":"3","passwords":{map}}}"#),
        &["password `3` can't be used to seal"],
    );
    assert_refused(r#"{"seal_with":"1","passwords":{}}"#, &["at least one password"]);
    let twice = format!(r#"{{"passwords":{{"1":"{PASSWORD}","1":"{OTHER_PASSWORD}"}}}}"#);
    assert_refused(&twice, &["two passwords have the id `1`"]);
    // These texts are ids and passwords to JavaScript.
    assert_from_env(
        &format!(r#"{{"1":"{PASSWORD}","passwords":"{OTHER_PASSWORD}"}}"#),
        "1,passwords seal with 1",
    );
    let inside = format!(r#"{{"1":"{PASSWORD}","2":"{OTHER_PASSWORD}","seal_with":"1"}}"#);
    assert_refused(
        &inside,
        &["`seal_with` must not be inside the map", r#"`{"seal_with":"1","passwords":{…}}`"#],
    );

    let path = file("chosen", format!("{{\"seal_with\":\"1\",\"passwords\":{map}}}\n"));
    assert_eq!(Passwords::from_file(path).unwrap().sealing_id().unwrap().as_str(), "1");
}

#[test]
fn a_random_secret_may_begin_like_json() {
    for secret in
        [format!("{{{PASSWORD}"), format!("[{PASSWORD}"), format!("{{{{{PASSWORD}"), format!("\"{PASSWORD}")]
    {
        assert_from_env(&secret, "1 seal with 1");
    }
}

#[test]
fn a_secret_that_is_missing_is_told_with_how_to_make_one() {
    for value in [None, Some(""), Some("  \n")] {
        let told = from_env(value.map(OsStr::new));
        assert!(told.contains("`SESSION_SECRET` is not set") && told.contains(HOW_TO_MAKE_ONE), "{told}");
    }
}

#[cfg(unix)]
#[test]
fn a_secret_that_is_no_text_is_told_with_how_to_make_one() {
    use std::os::unix::ffi::OsStrExt as _;

    let told = from_env(Some(OsStr::from_bytes(b"\xff\xfe")));
    assert!(told.contains("`SESSION_SECRET` is not UTF-8") && told.contains(HOW_TO_MAKE_ONE), "{told}");
}

#[test]
fn a_weak_secret_is_told_with_how_to_make_one() {
    assert_refused("too short", &["password 1 has 9 characters", HOW_TO_MAKE_ONE]);
    let sample = "password 1 is a well-known sample that anyone can look up";
    assert_refused("complex_password_at_least_32_characters_long", &[sample, HOW_TO_MAKE_ONE]);
    let repeats = "password 1 has fewer than 8 different characters";
    assert_refused(&"ab".repeat(20), &[repeats, HOW_TO_MAKE_ONE]);
    let nul = format!(r#"{{"1":"{PASSWORD}","2":"{PASSWORD}\u0000"}}"#);
    assert_refused(&nul, &["password 2 contains a NUL", HOW_TO_MAKE_ONE]);
    let list = format!(r#"[{{"id":1,"password":"{PASSWORD}"}},{{"id":2,"password":"too short"}}]"#);
    assert_refused(&list, &["password 2 has 9 characters", HOW_TO_MAKE_ONE]);
}

#[test]
fn white_space_around_a_secret_is_told() {
    for secret in
        [format!("{PASSWORD}\n"), format!(" {PASSWORD}"), format!("\t{PASSWORD}"), format!("{PASSWORD} ")]
    {
        assert_refused(&secret, &["password 1 starts or ends with white space"]);
    }
    assert_refused(&format!(r#"{{"4":"{PASSWORD} "}}"#), &["password 4 starts or ends with white space"]);
}

#[test]
fn what_was_pasted_with_a_secret_is_told() {
    for (text, told) in pasted().into_iter().filter(|(text, _)| !text.starts_with(['{', '[', '\u{feff}'])) {
        assert_refused(&text, &["password 1", told]);
        let in_a_map = serde_json::json!({ "4": text }).to_string();
        assert_refused(&in_a_map, &["password 4", told]);
    }
}

#[test]
fn json_of_another_form_is_told() {
    let map = "a password in quotes";
    let list = "an `id` and a `password`";
    for (value, told) in [
        (format!(r#"{{"1":"{PASSWORD}""#), map),
        (format!(r#"{{"1":"{PASSWORD}"}} x"#), map),
        (r#"{"1":1}"#.to_owned(), map),
        (r#"{"1":{"password":"x"}}"#.to_owned(), map),
        (format!(r#"[{{"id":1,"password":"{PASSWORD}","more":1}}]"#), list),
        (format!(r#"[{{"password":"{PASSWORD}"}}]"#), list),
        (r#"[{"id":1}]"#.to_owned(), list),
        (r#"[{"id":-1,"password":"x"}]"#.to_owned(), list),
        (format!(r#"["{PASSWORD}"]"#), list),
    ] {
        assert_refused(&value, &["look like JSON", told]);
    }
    assert_refused("{}", &["at least one password"]);
    assert_refused("[]", &["at least one password"]);
    let twice = format!(r#"{{"1":"{PASSWORD}","1":"{OTHER_PASSWORD}"}}"#);
    assert_refused(&twice, &["two passwords have the id `1`"]);
    assert_refused(&format!(r#"{{"a*b":"{PASSWORD}"}}"#), &["`a*b` is not a valid password id"]);
}

#[test]
fn no_refusal_prints_the_secret() {
    let secret = "hunter2-hunter2-hunter2-\u{1f600}";
    for value in [
        secret.to_owned(),
        format!("{secret}{secret}\n"),
        format!(r#"{{"1":"{secret}"}}"#),
        format!(r#"{{"1":"{secret}" x"#),
        format!(r#"[{{"id":1,"password":"{secret}{secret}","x":0}}]"#),
    ] {
        let told = from_env(Some(value.as_ref()));
        assert!(told.contains("`SESSION_SECRET`") && !told.contains("hunter2"), "{told}");
    }
}
