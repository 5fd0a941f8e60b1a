//! Passwords that are accepted, and those that are refused.

use std::collections::HashSet;

use iron_session::error::{PasswordError, UnsealError};
use iron_session::{Password, Passwords, Randomness};
use iron_session_tests::fixtures::{OTHER_PASSWORD, PASSWORD, noise};

use super::{HOW_TO_MAKE_ONE, lone, part, sealer, unseal};

#[test]
fn a_generated_password_is_accepted_and_is_new_each_time() {
    let mut texts: Vec<_> = (0..100)
        .map(|_| {
            let password = Password::generate().unwrap();
            assert_eq!(format!("{password:?}"), "Password(..)");
            let text = password.expose_text().unwrap().to_owned();
            Passwords::new(password).unwrap();
            // Another server reads the text from its environment.
            Passwords::parse(&text).unwrap();
            text
        })
        .collect();
    assert!(texts.iter().all(|text| text.len() == 43), "{texts:?}");
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), 100);
}

#[test]
fn only_a_password_that_is_one_text_has_a_text() {
    assert_eq!(Password::from_text(PASSWORD).expose_text(), Some(PASSWORD));
    assert_eq!(Password::from_verbatim_text("a\n").expose_text(), Some("a\n"));
    for password in [
        Password::from_key([7; 32]),
        Password::from_halves(PASSWORD, OTHER_PASSWORD),
        Password::from_text(PASSWORD).with_integrity_key(&[7; 32]),
    ] {
        assert_eq!(password.expose_text(), None);
    }
}

#[test]
fn no_random_part_of_a_seal_comes_twice() {
    const SEALS: usize = 200;

    for randomness in [Randomness::System, Randomness::Thread] {
        let sealer = lone(PASSWORD).with_randomness(randomness);
        let seals: Vec<String> = (0..SEALS).map(|_| sealer.seal(&7).unwrap()).collect();
        for index in [2, 3, 6] {
            let parts: HashSet<&str> = seals.iter().map(|seal| part(seal, index)).collect();
            assert_eq!(parts.len(), SEALS, "part {index}, {randomness:?}");
        }
        assert!(seals.iter().all(|seal| unseal(&lone(PASSWORD), seal).unwrap() == 7));
    }
}

#[test]
fn a_password_has_32_characters_as_javascript_counts() {
    let of = |chars: &str| Passwords::new(chars);
    let letters = noise(31);
    assert!(matches!(of(&letters), Err(PasswordError::TooShort { found: 31, .. })));
    assert!(of(&format!("{letters}!")).is_ok());
    // An emoji is two UTF-16 units and four bytes.
    let emoji: String = ('\u{1f600}'..).take(15).collect();
    assert!(matches!(of(&emoji), Err(PasswordError::TooShort { found: 30, .. })));
    assert!(of(&format!("{emoji}\u{1f64f}")).is_ok());
    // An umlaut is one unit and two bytes.
    assert!(matches!(of(&"äöü".repeat(10)), Err(PasswordError::TooShort { found: 30, .. })));
}

#[test]
fn a_guessable_password_is_refused() {
    const SAMPLES: [&str; 4] = [
        "complex_password_at_least_32_characters_long",
        "2gyZ3GDw3LHZQKDhPmPDL3sjREVRXPr8",
        "password-should-be-32-characters",
        "some_not_random_password_that_is_at_least_32_characters",
    ];
    let repetitive = [&*"a".repeat(40), &*"0123456".repeat(6), &*" ".repeat(32)];
    for password in SAMPLES.into_iter().chain(repetitive) {
        let error = Passwords::new(password).unwrap_err();
        let is_known = SAMPLES.contains(&password);
        match &error {
            PasswordError::Guessable { .. } if is_known => {}
            PasswordError::Repetitive { .. } if !is_known => {}
            error => panic!("{password}: {error}"),
        }
        assert!(error.to_string().contains(HOW_TO_MAKE_ONE), "{error}");
    }
}

#[test]
fn a_nul_is_refused_since_hmac_could_not_tell_it_from_padding() {
    for password in [format!("{PASSWORD}\0"), format!("\0{PASSWORD}"), format!("{PASSWORD}\0{PASSWORD}")] {
        let error = Passwords::new(password.as_str()).unwrap_err();
        assert!(matches!(error, PasswordError::ContainsNul { .. }), "{error}");
        assert!(error.to_string().contains(HOW_TO_MAKE_ONE), "{error}");
    }
    // What it is about: these are one key to HMAC.
    let padded = Passwords::builder().password("2", OTHER_PASSWORD).retired("1", format!("{PASSWORD}\0"));
    let seal = lone(PASSWORD).seal(&42).unwrap();
    assert_eq!(unseal(&sealer(padded.build().unwrap()), &seal).unwrap(), 42);
}

/// Texts that are pasted instead of a password or around it, and the advice of the error.
pub(super) fn pasted() -> Vec<(String, &'static str)> {
    let json = "with `Passwords::parse`, `Passwords::from_env` or `Passwords::from_file`";
    let (quotes, reference, name) =
        ("remove them", "pass the value itself", "pass only the part after the `=`");
    let space = "read a file that ends with a newline with `Passwords::from_file`";
    vec![
        (format!(r#"{{"1":"{PASSWORD}","2":"{OTHER_PASSWORD}"}}"#), json),
        (format!(r#"[{{"id":2,"password":"{PASSWORD}"}}]"#), json),
        (format!(r#"["{PASSWORD}"]"#), json),
        (format!(r#"{{"seal_with":"1","passwords":{{"1":"{PASSWORD}"}}}}"#), json),
        (format!("\"{PASSWORD}\""), quotes),
        (format!("“{PASSWORD}”"), quotes),
        (format!("‘{PASSWORD}’"), quotes),
        (format!("'{PASSWORD}'"), quotes),
        (format!("`{PASSWORD}`"), quotes),
        (format!("\"{PASSWORD}\"\n"), quotes),
        (format!("{PASSWORD}\n"), space),
        (format!("{PASSWORD}\r\n"), space),
        (format!(" {PASSWORD}"), space),
        (format!("\u{feff}{PASSWORD}"), space),
        ("${SESSION_SECRET}".to_owned(), reference),
        ("${SESSION_SECRET:-the default of the compose file}".to_owned(), reference),
        ("$SESSION_SECRET_OF_THE_SHOP_IN_PRODUCTION".to_owned(), reference),
        ("$(openssl rand -base64 32)".to_owned(), reference),
        ("{{ .Values.session.secret.of.the.shop }}".to_owned(), reference),
        (format!("SESSION_SECRET={PASSWORD}"), name),
        (format!("SECRET='{PASSWORD}'"), name),
        (format!("export SESSION_SECRET={PASSWORD}"), name),
    ]
}

#[test]
fn what_was_pasted_with_a_password_is_refused() {
    for (text, told) in pasted() {
        for refused in [
            Passwords::new(text.as_str()),
            Passwords::new(Password::from_text(&text)),
            Passwords::new(Password::from_halves(PASSWORD, &text)),
            Passwords::builder().password("1", text.clone()).password("2", OTHER_PASSWORD).build(),
        ] {
            let told_here = refused.unwrap_err().to_string();
            assert!(told_here.contains(told) && told_here.contains("password 1"), "{text}: {told_here}");
            assert!(told_here.contains("`Password::from_verbatim_text`"), "{text}: {told_here}");
            assert!(!told_here.contains(PASSWORD), "{told_here}");
        }
        // What sealed with such a text before can still be read, and shared.
        assert!(text.len() < 32 || Passwords::builder().retired("1", text.as_str()).build().is_ok());
        assert!(text.len() < 32 || Passwords::new(Password::from_verbatim_text(&text)).is_ok(), "{text}");
    }
}

#[test]
fn a_password_that_only_begins_like_a_mistake_is_taken() {
    for text in [
        format!("{{{PASSWORD}}}"),
        format!("[{PASSWORD}]"),
        format!("\"{PASSWORD}"),
        format!("{PASSWORD}'"),
        format!("${PASSWORD}"),
        format!("${{{PASSWORD}"),
        format!("{PASSWORD}="),
        format!("ABC={PASSWORD}"),
        format!("Ab3dEf={PASSWORD}"),
        format!("{PASSWORD} {OTHER_PASSWORD}"),
        "WZ4K7Q2MB6XJ3TRN5VHPD8FYLCG9AESU====".to_owned(),
    ] {
        assert!(Passwords::new(text.as_str()).is_ok(), "{text}");
    }
}

#[test]
fn a_password_taken_verbatim_is_the_text_itself() {
    let text = format!("{PASSWORD}\n");
    let verbatim = lone(Password::from_verbatim_text(&text));
    let seal = verbatim.seal(&42).unwrap();
    assert!(matches!(unseal(&lone(PASSWORD), &seal), Err(UnsealError::Forged)));
    let retired = Passwords::builder().retired("1", text).password("2", OTHER_PASSWORD).build().unwrap();
    assert_eq!(unseal(&sealer(retired), &seal).unwrap(), 42);
    for weak in ["too short\n".to_owned(), "ab".repeat(20), format!("{PASSWORD}\0")] {
        assert!(Passwords::new(Password::from_verbatim_text(&weak)).is_err(), "{weak}");
    }
}

#[test]
fn no_refusal_repeats_the_password() {
    let secret = "hunter2-hunter2-hunter2";
    let refused = [
        Passwords::new(secret).unwrap_err(),
        Passwords::new(format!("{secret}\0{secret}")).unwrap_err(),
        Passwords::new("hunter2".repeat(6)).unwrap_err(),
    ];
    for error in refused {
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
}
