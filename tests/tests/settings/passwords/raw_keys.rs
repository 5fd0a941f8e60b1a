//! Raw keys, and a password in two parts.

use iron_session::error::{PasswordError, UnsealError};
use iron_session::session::RequestSession;
use iron_session::{Password, Passwords, SessionOptions, Untyped};
use iron_session_tests::fixtures::{OTHER_PASSWORD, PASSWORD, clock, noise};

use super::{THIRD_PASSWORD, lone, part, sealer, unseal};

#[test]
fn a_raw_key_writes_no_salts() {
    let keyed = lone(Password::from_key([7; 32]));
    let seal = keyed.seal(&42).unwrap();
    assert_eq!((part(&seal, 2), part(&seal, 6)), ("", ""));
    assert_eq!(unseal(&keyed, &seal).unwrap(), 42);
    assert_eq!(unseal(&lone([7; 32]), &seal).unwrap(), 42);
    assert!(matches!(unseal(&lone([8; 32]), &seal), Err(UnsealError::Forged)));
    assert!(unseal(&lone(PASSWORD), &seal).is_err());
    assert!(matches!(unseal(&keyed, &lone(PASSWORD).seal(&42).unwrap()), Err(UnsealError::Forged)));
}

#[test]
fn an_integrity_key_has_32_bytes_or_more() {
    let with = |key: &[u8]| Passwords::new(Password::from_text(PASSWORD).with_integrity_key(key));
    assert!(matches!(with(&[7; 31]).unwrap_err(), PasswordError::KeyTooShort { found: 31, .. }));
    for length in [32, 64, 200] {
        let mixed = sealer(with(&vec![7; length]).unwrap());
        let seal = mixed.seal(&42).unwrap();
        assert_eq!((part(&seal, 2).len(), part(&seal, 6)), (64, ""));
        assert_eq!(unseal(&mixed, &seal).unwrap(), 42);
        assert!(matches!(
            unseal(&lone(PASSWORD), &seal),
            Err(UnsealError::Forged | UnsealError::Malformed(_))
        ));
    }
    let mixed = lone(Password::from_text(PASSWORD).with_encryption_key([7; 32]));
    let seal = mixed.seal(&42).unwrap();
    assert_eq!((part(&seal, 2), part(&seal, 6).len()), ("", 64));
    assert_eq!(unseal(&mixed, &seal).unwrap(), 42);
}

#[test]
fn a_split_password_encrypts_with_one_and_authenticates_with_the_other() {
    let split = lone(Password::from_halves(PASSWORD, OTHER_PASSWORD));
    let seal = split.seal(&42).unwrap();
    assert_eq!(unseal(&split, &seal).unwrap(), 42);
    for wrong_integrity in [lone(PASSWORD), lone(Password::from_halves(PASSWORD, THIRD_PASSWORD))] {
        assert!(matches!(unseal(&wrong_integrity, &seal), Err(UnsealError::Forged)));
    }
    // The MAC holds, and what is decrypted is noise: no padding, or no JSON.
    for wrong_encryption in
        [lone(OTHER_PASSWORD), lone(Password::from_halves(THIRD_PASSWORD, OTHER_PASSWORD))]
    {
        let refused = unseal(&wrong_encryption, &seal);
        assert!(
            matches!(
                refused,
                Err(UnsealError::Malformed(_)
                    | UnsealError::Undecodable(_)
                    | UnsealError::Unsupported { .. })
            ),
            "{refused:?}"
        );
    }
    for (encryption, integrity) in [(PASSWORD, "short"), ("short", PASSWORD)] {
        let refused = Passwords::new(Password::from_halves(encryption, integrity)).unwrap_err();
        assert!(matches!(refused, PasswordError::TooShort { found: 5, .. }), "both halves are checked");
    }
}

#[test]
fn save_and_commit_agree_about_what_fits() {
    for passwords in [Passwords::new(PASSWORD).unwrap(), Passwords::new(Password::from_key([7; 32])).unwrap()]
    {
        let options = SessionOptions::builder("sid", passwords).clock(clock()).build().unwrap();
        for bytes in 2600..3000 {
            let written = |saves: bool| {
                let request = RequestSession::<Untyped>::new(options.check().unwrap());
                let mut session = request.handle([""; 0]).unwrap();
                session.insert("a", &noise(bytes)).unwrap();
                let saved = !saves || session.save().is_ok();
                drop(session);
                saved && !request.commit(200).replace_response
            };
            assert_eq!(written(true), written(false), "{bytes} bytes");
        }
    }
}
