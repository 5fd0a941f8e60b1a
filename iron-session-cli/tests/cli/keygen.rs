//! `keygen`: new passwords, and rotations that get one more.

use std::collections::BTreeSet;

use iron_session::Passwords;
use serde_json::Value;

use super::{PASSWORD, done, failed, failed_with, run};

#[test]
fn keygen_makes_a_password_that_a_server_takes() {
    let password = done("keygen", "");
    let password = password.trim_end();
    assert_eq!(password.len(), 43);
    Passwords::parse(password).unwrap();
    assert_ne!(password, done("keygen", "").trim_end());
    let json: Value = serde_json::from_str(&done("keygen --json", "")).unwrap();
    assert_eq!(json["password"].as_str().unwrap().len(), 43);
}

#[test]
fn keygen_adds_to_a_rotation() {
    let map = done("keygen --json 2", PASSWORD);
    assert_eq!(map.lines().count(), 1, "an environment variable is one line: {map}");
    let passwords: Value = serde_json::from_str(&map).unwrap();
    assert_eq!(passwords["1"], PASSWORD);
    let map = done("keygen --json 3", &map);
    let ids: Vec<_> = Passwords::parse(map.trim_end()).unwrap().ids().map(ToString::to_string).collect();
    assert_eq!(ids.len(), 3, "{ids:?}");
    let map = done("keygen --json next", &map);
    assert!(map.contains(r#""4":""#), "{map}");
    let error = failed(1, "keygen --json 2", &map);
    assert!(error.contains("the map already has a password `2`"), "{error}");
}

/// The forms that servers take are the forms that are added to.
#[test]
fn keygen_adds_to_the_array_form_and_refuses_what_servers_refuse() {
    let array = format!(r#"[{{"id":7,"password":"{PASSWORD}"}}]"#);
    let map: Value = serde_json::from_str(&done("keygen --json 8", &array)).unwrap();
    assert_eq!((map["7"].as_str(), map.as_object().unwrap().len()), (Some(PASSWORD), 2));
    let twice = format!(r#"{{"1":"{PASSWORD}","1":"{PASSWORD}"}}"#);
    for input in [twice.as_str(), r#"[{"id":7}]"#, r#"{"1":2}"#, r#"{"1":"#] {
        let error = failed(1, "keygen --json 8", input);
        assert!(error.contains("standard input is not a set of passwords"), "{input}: {error}");
        assert!(!error.contains(PASSWORD), "{error}");
    }
}

/// Else the new password would seal before the other servers have it.
#[test]
fn keygen_keeps_the_choice_of_the_password_that_seals() {
    let map = format!(r#"{{"seal_with":"1","passwords":{{"1":"{PASSWORD}"}}}}"#);
    let array = format!(r#"[{{"id":1,"password":"{PASSWORD}","seals":true}}]"#);
    for current in [map, array] {
        let output = run("keygen --json next", &current);
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{current}");
        let passwords = Passwords::parse(output.stdout.trim_end()).unwrap();
        assert_eq!(passwords.sealing_id().unwrap().as_str(), "1", "{}", output.stdout);
        let ids: BTreeSet<_> = passwords.ids().map(ToString::to_string).collect();
        assert!(ids.iter().eq(["1", "2"]), "{ids:?}");
    }
    // A map may stand alone in this form, too, and a password may have this name.
    let alone = format!(r#"{{"passwords":{{"1":"{PASSWORD}"}}}}"#);
    let named = format!(r#"{{"passwords":"{PASSWORD}"}}"#);
    for (current, ids) in [(alone, ["1", "2"]), (named, ["1", "passwords"])] {
        let map: Value = serde_json::from_str(&done("keygen --json next", &current)).unwrap();
        let written: BTreeSet<_> = map.as_object().unwrap().keys().collect();
        assert!(written.into_iter().eq(ids), "{map}");
    }
}

#[test]
fn keygen_says_when_the_new_password_will_not_seal() {
    let map = format!(r#"{{"5":"{PASSWORD}"}}"#);
    for id in ["4", "main"] {
        let output = run(&format!("keygen --json {id}"), &map);
        assert_eq!(output.code, 0, "{}", output.stderr);
        let warning: Value = serde_json::from_str(&output.stderr).unwrap();
        let text = warning["warning"].as_str().unwrap();
        assert!(text.starts_with(&format!("`{id}` will not be used to seal, `5` will")), "{text}");
    }
    done("keygen --json 6", &map);
}

/// Written over the secrets, a map without the old passwords signs everybody out.
#[test]
fn keygen_begins_no_new_map_because_the_old_one_could_not_be_read() {
    for lost in [String::new(), "\n".to_owned(), "x".repeat((1 << 20) + 1)] {
        let error = failed(1, "keygen --json 2", &lost);
        assert!(error.contains("standard input can't be read") && error.contains("--new"), "{error}");
    }
    for (line, id) in [("keygen --json 2 --new", "2"), ("keygen --json next --new", "1")] {
        let map: Value = serde_json::from_str(&done(line, "")).unwrap();
        assert_eq!(map.as_object().unwrap().keys().collect::<Vec<_>>(), [id]);
    }
    let error = failed_with(1, "keygen --json next", b"\xff\xfe{}");
    assert!(error.contains("valid UTF-8") && error.contains("--new"), "{error}");
}
