//! Sets of passwords: their ids, and the password that seals.

use iron_session::Passwords;
use iron_session::error::{PasswordError, SealError, UnsealError};
use iron_session_tests::fixtures::{OTHER_PASSWORD, PASSWORD, noise};

use super::{THIRD_PASSWORD, lone, part, rotation, sealer, unseal};

#[test]
fn ids_are_refused_that_a_token_could_not_carry() {
    for id in ["", "1*2", "1~2", "*", "~"] {
        let error = Passwords::builder().password(id, PASSWORD).build().unwrap_err();
        assert!(matches!(error, PasswordError::InvalidId { .. }), "{id:?}: {error}");
    }
    let twice = Passwords::builder().password("1", PASSWORD).password("1", OTHER_PASSWORD).build();
    assert!(matches!(twice.unwrap_err(), PasswordError::DuplicateId { id, .. } if id == "1"));
    assert!(matches!(Passwords::builder().build().unwrap_err(), PasswordError::Empty));
}

#[test]
fn the_numerically_highest_id_seals_and_all_unseal() {
    let old = lone(PASSWORD).seal(&42).unwrap();
    assert_eq!(part(&old, 1), "1");
    let rotated = sealer(rotation(&[("10", THIRD_PASSWORD), ("1", PASSWORD), ("9", OTHER_PASSWORD)]));
    assert_eq!(unseal(&rotated, &old).unwrap(), 42);
    let new = rotated.seal(&43).unwrap();
    assert_eq!(part(&new, 1), "10");
    assert_eq!(unseal(&rotated, &new).unwrap(), 43);
}

#[test]
fn an_id_that_is_no_number_seals_only_when_chosen() {
    for id in ["default", "next", "01", "1a", "-1", "٣"] {
        let passwords = rotation(&[(id, PASSWORD)]);
        assert!(passwords.sealing_id().is_none(), "{id}");
        assert!(matches!(sealer(passwords).seal(&42), Err(SealError::NoSealingPassword)), "{id}");
        let both = rotation(&[(id, PASSWORD), ("0", OTHER_PASSWORD)]);
        assert_eq!(both.sealing_id().unwrap().as_str(), "0", "{id}");
    }
    for id in ["next", "01", "1a", "A_z"] {
        let chosen = Passwords::builder().password("7", OTHER_PASSWORD).password(id, PASSWORD).seal_with(id);
        let chosen = sealer(chosen.build().unwrap());
        let seal = chosen.seal(&42).unwrap();
        assert_eq!(part(&seal, 1), id);
        assert_eq!(unseal(&chosen, &seal).unwrap(), 42);
    }
}

#[test]
fn only_what_can_seal_can_be_chosen() {
    let with = |id: &str| {
        Passwords::builder()
            .password("1", PASSWORD)
            .password("odd-id", OTHER_PASSWORD)
            .retired("old", THIRD_PASSWORD)
            .seal_with(id)
            .build()
    };
    assert!(with("1").is_ok());
    for id in ["2", "", "odd-id", "old"] {
        assert!(
            matches!(with(id).unwrap_err(), PasswordError::CannotSeal { id: told, .. } if told == id),
            "{id}"
        );
    }
}

#[test]
fn the_default_id_is_written_as_nothing() {
    let chosen = Passwords::builder().password("default", PASSWORD).seal_with("default").build().unwrap();
    let chosen = sealer(chosen);
    let seal = chosen.seal(&42).unwrap();
    assert_eq!(part(&seal, 1), "");
    assert_eq!(unseal(&chosen, &seal).unwrap(), 42);
    // Without a password of that name there is none to look up.
    assert!(matches!(unseal(&lone(PASSWORD), &seal), Err(UnsealError::UnknownPassword { .. })));
}

#[test]
fn ids_are_compared_as_text() {
    let seal = lone(PASSWORD).seal(&42).unwrap();
    for id in ["01", " 1", "1 ", "+1", "1.0", "__proto__", "constructor", "toString", ""] {
        let other = seal.replacen("*1*", &format!("*{id}*"), 1);
        let refused = unseal(&lone(PASSWORD), &other);
        assert!(matches!(refused, Err(UnsealError::UnknownPassword { .. })), "{id:?}: {refused:?}");
    }
}

#[test]
fn a_retired_password_unseals_whatever_its_strength_and_never_seals() {
    let weak = "a".repeat(32);
    let before = Passwords::builder().retired("1", weak.as_str()).build().unwrap();
    assert!(before.sealing_id().is_none());
    assert!(matches!(sealer(before).seal(&42), Err(SealError::NoSealingPassword)));

    // iron-session itself sealed this under the weakest password it takes.
    let seal = "Fe26.2*1*3aeb3194d9249741822bfd4a4c3efd5710664e8ec7c413ea9d66f7e6d6d62ff5*\
                IpSriTSV8gWkSX-94c7kGA*p7TrSZa_oTRdGUDLPCRPTw*1764859600000*\
                dc7a2ffd7db81d7d69bb07d403efe01ca0342666df47163fee61475af731217b*\
                76zxEgz0wSd6oWSSLS1U0rx3v30k14fPPzwuSZHgphg~2";
    let passwords = Passwords::builder()
        .retired("1", "Z9:{F#(--e21S_((V1@v?GT:!JI=]0=<&1+3")
        .password("2", PASSWORD)
        .build()
        .unwrap();
    let value: serde_json::Value = sealer(passwords.clone()).unseal(seal).unwrap();
    assert_eq!(value, serde_json::json!({}));
    assert_eq!(part(&sealer(passwords).seal(&42).unwrap(), 1), "2");

    let short = Passwords::builder().retired("1", noise(31)).build();
    assert!(matches!(short.unwrap_err(), PasswordError::TooShort { .. }));
}

#[test]
fn a_rotation_in_two_steps_logs_nobody_out_and_one_in_one_step_says_why() {
    let old_server = lone(PASSWORD);
    let told = sealer(rotation(&[("1", PASSWORD), ("2", OTHER_PASSWORD)]));
    let new_seal = told.seal(&42).unwrap();
    let old_seal = old_server.seal(&42).unwrap();

    assert_eq!(unseal(&told, &old_seal).unwrap(), 42);
    assert!(
        matches!(unseal(&old_server, &new_seal), Err(UnsealError::UnknownPassword { id, .. }) if id == "2")
    );
    // Replacing the text under the same id can't be told from a forgery.
    assert!(matches!(unseal(&lone(OTHER_PASSWORD), &old_seal), Err(UnsealError::Forged)));
}
