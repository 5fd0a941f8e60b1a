//! Passwords that are replaced while they are in use.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use iron_session::error::{OptionsError, PasswordError, UnsealError};
use iron_session::seal::PasswordId;
use iron_session::{IronSession, Passwords, RotatingPasswords, Sealer, SessionOptions, Untyped};
use iron_session_tests::fixtures::{OTHER_PASSWORD, PASSWORD};
use iron_session_tests::log::{Log, with_sources};
use tracing::Level;

fn one(id: &str, password: &str) -> Passwords {
    Passwords::builder().password(id, password).build().unwrap()
}

fn both(seal_with: &str) -> Passwords {
    let builder = Passwords::builder().password("1", PASSWORD).password("2", OTHER_PASSWORD);
    builder.seal_with(seal_with).build().unwrap()
}

fn sealing_id(passwords: &RotatingPasswords) -> String {
    passwords.current().sealing_id().map(ToString::to_string).unwrap()
}

fn file(name: &str, content: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).unwrap();
    path
}

#[test]
fn the_next_seal_uses_the_new_set() {
    let passwords = RotatingPasswords::new(one("1", PASSWORD));
    let sealer = Sealer::new(passwords.clone());
    let old = sealer.seal(&1).unwrap();

    assert!(passwords.replace(both("2")).unwrap());
    let new = sealer.seal(&2).unwrap();
    assert!(old.starts_with("Fe26.2*1*") && new.starts_with("Fe26.2*2*"), "{old} {new}");
    assert_eq!(sealer.unseal::<u32>(&old).unwrap(), 1);
    assert_eq!(sealer.unseal::<u32>(&new).unwrap(), 2);

    assert!(passwords.replace(one("2", OTHER_PASSWORD)).unwrap());
    assert!(matches!(sealer.unseal::<u32>(&old), Err(UnsealError::UnknownPassword { .. })));
    assert_eq!(sealer.unseal::<u32>(&new).unwrap(), 2);
    let ids: Vec<_> = passwords.current().ids().map(PasswordId::to_string).collect();
    assert_eq!(ids, ["2"]);
}

#[test]
fn the_passwords_of_purposes_follow() {
    let passwords = RotatingPasswords::new(one("1", PASSWORD));
    let sealers = |source: &dyn Fn() -> Sealer| {
        [
            source().with_purpose("reset"),
            source().with_purpose("reset"),
            source().with_purpose("a").with_purpose("b"),
        ]
    };
    let rotating = sealers(&|| Sealer::new(passwords.clone()));
    // A sealer that no longer exists does not matter.
    drop(Sealer::new(passwords.clone()).with_purpose("dropped"));
    for step in [both("1"), both("2"), one("2", OTHER_PASSWORD)] {
        passwords.replace(step.clone()).unwrap();
        let fixed = sealers(&|| Sealer::new(step.clone()));
        for (rotating, fixed) in rotating.iter().zip(&fixed) {
            assert_eq!(fixed.unseal::<u32>(&rotating.seal(&7).unwrap()).unwrap(), 7);
            assert_eq!(rotating.unseal::<u32>(&fixed.seal(&7).unwrap()).unwrap(), 7);
        }
    }
}

#[test]
fn seals_are_opened_and_made_while_the_set_is_replaced() {
    let passwords = RotatingPasswords::new(both("1"));
    let sealers = [Sealer::new(passwords.clone()), Sealer::new(passwords.clone()).with_purpose("reset")];
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for sealer in sealers.iter().chain(&sealers) {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    assert_eq!(sealer.unseal::<u32>(&sealer.seal(&7).unwrap()).unwrap(), 7);
                }
            });
        }
        for step in 0..500 {
            assert!(passwords.replace(both(if step % 2 == 0 { "2" } else { "1" })).unwrap());
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_replacement_is_logged_with_ids_only() {
    let log = Log::capture();
    let passwords = RotatingPasswords::new(one("1", PASSWORD));
    assert!(!passwords.replace(one("1", PASSWORD)).unwrap());
    log.assert_silent();

    passwords.replace(both("1")).unwrap();
    let event = log.take_one();
    assert_eq!((event.level, event.message.as_str()), (Level::INFO, "passwords replaced"));
    for (field, value) in
        [("ids", "1,2"), ("sealing_id", "1"), ("former_ids", "1"), ("former_sealing_id", "1")]
    {
        assert_eq!(event.field(field), Some(value), "{event}");
    }
    assert!(!event.to_string().contains(PASSWORD) && !format!("{passwords:?}").contains(PASSWORD));
}

#[test]
fn a_set_that_would_end_sessions_is_refused_and_the_old_one_stays() {
    let log = Log::capture();
    let passwords = RotatingPasswords::new(one("1", PASSWORD));
    let retired = Passwords::builder().retired("1", PASSWORD).build().unwrap();
    let refused = passwords.replace(retired).unwrap_err();
    assert!(matches!(refused, PasswordError::NoSealingPassword), "{refused}");
    let other_text = one("1", OTHER_PASSWORD);
    for set in
        [other_text, one("1", "ng7dGI41pEzvQV5Obz3xpd7kjQKRatanvpKj"), Passwords::new([7; 32]).unwrap()]
    {
        let refused = passwords.replace(set).unwrap_err();
        assert!(matches!(&refused, PasswordError::IdInUse { id, .. } if id == "1"), "{refused}");
    }
    assert!(matches!(passwords.reload().unwrap_err(), PasswordError::NotFromFile));
    assert_eq!(sealing_id(&passwords), "1");
    log.assert_silent();
}

/// A session that reserves few bytes for the cookie's name, its attributes and the id.
#[derive(IronSession, Clone, Debug, Default)]
#[session(overhead = 75)]
struct Tight {
    user: Option<u32>,
}

#[test]
fn an_id_is_refused_that_the_budget_has_no_room_for() {
    let passwords = RotatingPasswords::new(one("1", PASSWORD));
    let options = SessionOptions::builder("sid", passwords.clone()).build().unwrap();
    let checked = options.check::<Tight>();
    assert!(checked.is_ok(), "{checked:?}");

    let longest = (2..).map(|len| "2".repeat(len)).find_map(|id| {
        let refused = passwords.replace(one(&id, OTHER_PASSWORD)).err()?;
        let PasswordError::IdTooLong { max_bytes, .. } = refused else { panic!("{refused}") };
        Some(max_bytes)
    });
    let longest = longest.unwrap();
    assert_eq!(sealing_id(&passwords).len(), longest);
    // The options say the same of a set that they start with.
    let with = |len: usize| {
        SessionOptions::builder("sid", one(&"2".repeat(len), OTHER_PASSWORD))
            .build()
            .unwrap()
            .check::<Tight>()
    };
    assert!(with(longest).is_ok());
    assert!(matches!(with(longest + 1), Err(OptionsError::Overhead { .. })));
    // A long id that only unseals takes no room.
    let long =
        Passwords::builder().password("2".repeat(100), OTHER_PASSWORD).password("3", PASSWORD).seal_with("3");
    assert!(passwords.replace(long.build().unwrap()).unwrap());
}

#[test]
fn the_suffix_of_a_purpose_counts_as_part_of_the_id() {
    let longest = |purpose: Option<&str>| {
        let passwords = RotatingPasswords::new(one("1", PASSWORD));
        let mut options = SessionOptions::builder("sid", passwords.clone());
        if let Some(purpose) = purpose {
            options = options.purpose(purpose);
        }
        options.build().unwrap().check::<Tight>().unwrap();
        match passwords.replace(one(&"2".repeat(100), OTHER_PASSWORD)).unwrap_err() {
            PasswordError::IdTooLong { max_bytes, .. } => max_bytes,
            refused => panic!("{refused}"),
        }
    };
    assert_eq!(longest(None), longest(Some("")) + "_".len());
    assert_eq!(longest(None), longest(Some("a")) + "_a".len());
}

#[test]
fn an_id_that_leaves_no_room_for_a_session_without_a_struct_is_refused() {
    let passwords = RotatingPasswords::new(one("1", PASSWORD));
    SessionOptions::builder("sid", passwords.clone()).build().unwrap().check::<Untyped>().unwrap();
    assert!(passwords.replace(one(&"2".repeat(1000), OTHER_PASSWORD)).is_ok());
    let refused = passwords.replace(one(&"3".repeat(4000), OTHER_PASSWORD)).unwrap_err();
    assert!(matches!(refused, PasswordError::IdTooLong { .. }), "{refused}");
}

// From a file.

#[test]
fn a_file_is_read_again() {
    let log = Log::capture();
    let path = file("reloaded", PASSWORD);
    let passwords = RotatingPasswords::from_file(&path).unwrap();
    assert!(!passwords.reload().unwrap());
    log.assert_silent();

    fs::write(
        &path,
        format!(r#"{{"seal_with":"1","passwords":{{"1":"{PASSWORD}","2":"{OTHER_PASSWORD}"}}}}"#),
    )
    .unwrap();
    assert!(passwords.reload().unwrap());
    assert_eq!(log.take_one().field("ids"), Some("1,2"));
    assert_eq!(sealing_id(&passwords), "1");
    fs::write(&path, format!(r#"{{"passwords":{{"1":"{PASSWORD}","2":"{OTHER_PASSWORD}"}}}}"#)).unwrap();
    assert!(passwords.reload().unwrap());
    assert_eq!(sealing_id(&passwords), "2");
}

#[test]
fn a_file_that_is_refused_leaves_the_old_set() {
    let path = file("refused-again", PASSWORD);
    let passwords = RotatingPasswords::from_file(&path).unwrap();
    let seal = Sealer::new(passwords.clone()).seal(&7).unwrap();
    for (content, told) in [
        ("", "the set of passwords is empty"),
        ("short", "password 1 has 5 characters"),
        (r#"{"1":"#, "look like JSON"),
        (OTHER_PASSWORD, "give the new password a new, higher id"),
        (&format!(r#"{{"default":"{OTHER_PASSWORD}"}}"#), "no password of the new set can be used to seal"),
    ] {
        fs::write(&path, content).unwrap();
        let refused = with_sources(&passwords.reload().unwrap_err());
        assert!(refused.contains(told) && refused.contains(&path.display().to_string()), "{refused}");
    }
    fs::remove_file(&path).unwrap();
    assert!(matches!(passwords.reload().unwrap_err(), PasswordError::Unreadable { .. }));
    assert_eq!(Sealer::new(passwords).unseal::<u32>(&seal).unwrap(), 7);
}
