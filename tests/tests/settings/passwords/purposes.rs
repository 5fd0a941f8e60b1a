//! Purposes: a seal for one use opens for no other.

use iron_session::Passwords;
use iron_session::error::UnsealError;
use iron_session_tests::fixtures::{OTHER_PASSWORD, PASSWORD};

use super::{THIRD_PASSWORD, lone, part, rotation, sealer, unseal};

#[test]
fn a_seal_for_one_purpose_opens_for_no_other() {
    let plain = lone(PASSWORD);
    let sealers = [
        plain.clone(),
        plain.clone().with_purpose("invitation"),
        plain.clone().with_purpose("reset"),
        plain.clone().with_purpose(""),
        plain.clone().with_purpose("ünïcode *~"),
        // A name that another purpose's hex could be mistaken for.
        plain.clone().with_purpose("2a"),
        plain.clone().with_purpose("*"),
        plain.with_purpose("invitation").with_purpose("reset"),
    ];
    for (i, writer) in sealers.iter().enumerate() {
        let seal = writer.seal(&42).unwrap();
        for (j, reader) in sealers.iter().enumerate() {
            let read = unseal(reader, &seal);
            if i == j {
                assert_eq!(read.unwrap(), 42);
            } else {
                assert!(
                    matches!(read, Err(UnsealError::OtherPurpose { .. } | UnsealError::Forged)),
                    "{i} read by {j}: {read:?}"
                );
            }
        }
    }
}

#[test]
fn a_purpose_stands_in_the_id_and_rotates_with_its_password() {
    let old = lone(PASSWORD).with_purpose("reset");
    let seal = old.seal(&42).unwrap();
    assert_eq!(part(&seal, 1), "1_reset");
    let rotated = sealer(rotation(&[("1", PASSWORD), ("10", OTHER_PASSWORD), ("9", THIRD_PASSWORD)]));
    let rotated = rotated.with_purpose("reset");
    assert_eq!(unseal(&rotated, &seal).unwrap(), 42);
    assert_eq!(part(&rotated.seal(&42).unwrap(), 1), "10_reset");
}

#[test]
fn raw_keys_have_purposes_as_well() {
    let keyed = lone([7; 32]);
    let seal = keyed.clone().with_purpose("reset").seal(&42).unwrap();
    assert_eq!(unseal(&keyed.clone().with_purpose("reset"), &seal).unwrap(), 42);
    assert!(matches!(unseal(&keyed, &seal), Err(UnsealError::OtherPurpose { .. })));
    // A lone key opens tokens whatever their id, so only what it does not open is judged by it.
    let lone_key = sealer(Passwords::from_raw_key([7; 32]));
    let reset = lone_key.clone().with_purpose("reset");
    assert!(matches!(unseal(&lone_key, &reset.seal(&42).unwrap()), Err(UnsealError::OtherPurpose { .. })));
    assert!(matches!(unseal(&reset, &lone_key.seal(&42).unwrap()), Err(UnsealError::OtherPurpose { .. })));
    let another_key = sealer(Passwords::from_raw_key([8; 32]));
    assert!(matches!(unseal(&lone_key, &another_key.seal(&42).unwrap()), Err(UnsealError::Forged)));
}

/// The bytes of 43 characters of base64url.
fn decode_mac(text: &str) -> [u8; 32] {
    let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: Vec<String> = text.chars().map(|c| format!("{:06b}", digits.find(c).unwrap())).collect();
    let bits = bits.concat();
    std::array::from_fn(|index| u8::from_str_radix(&bits[index * 8..index * 8 + 8], 2).unwrap())
}

/// Every seal under a raw key holds a MAC in public, made with that key. Where a purpose is
/// text that somebody else chooses, none may be the one whose key such a MAC is.
#[test]
fn the_mac_of_a_seal_is_no_purposes_key() {
    let server = sealer(Passwords::from_raw_key([7; 32]));
    let received = server.seal(&42).unwrap();
    let authenticated = received.rsplitn(3, '*').nth(2).unwrap();
    let mac = decode_mac(received.rsplit_once('*').unwrap().1.trim_end_matches("~2"));

    let forged = sealer(Passwords::from_raw_key(mac)).seal(&1).unwrap();
    let opened = unseal(&server.with_purpose(authenticated), &forged);
    assert!(matches!(opened, Err(UnsealError::OtherPurpose { .. })), "{opened:?}");
}
