//! The seal: check order, malleability, overflow, skew, rotation, purposes.

use std::time::Duration;

use iron_session::clock::{ManualClock, Timestamp};
use iron_session::error::UnsealError;
use iron_session::{Passwords, Sealer, SessionOptions, Ttl};
use iron_session_tests::fixtures::{
    NOW_MS, OTHER_PASSWORD, PASSWORD, clock, passwords, seal, seal_with, sealer,
};
use serde_json::Value;

use crate::{OPENS, assert_reason, options, watched};

const CONTENT: &str = r#"{"user":"ada"}"#;

/// Replaces one of the eight components.
fn with_part(seal: &str, index: usize, part: &str) -> String {
    let body = seal.strip_suffix("~2").unwrap();
    let parts = body.split('*').enumerate().map(|(i, old)| if i == index { part } else { old });
    format!("{}~2", parts.collect::<Vec<_>>().join("*"))
}

fn part(seal: &str, index: usize) -> &str {
    seal.trim_end_matches("~2").split('*').nth(index).unwrap()
}

#[track_caller]
fn assert_seal(name: &str, seal: &str, expected: &str) {
    let options = options(&clock()).build().unwrap();
    assert_reason(&options, name, &format!("sid={seal}"), expected);
}

/// The MAC is judged before anything that it covers is looked at: whatever
/// stands in iv and ciphertext, a wrong MAC has one reason.
#[test]
fn nothing_is_decrypted_before_the_mac_holds() {
    let good = seal(&clock(), CONTENT);
    let long = "A".repeat(4000);
    let ciphertexts = ["", "A", "!!!!", "AAAA", "=", part(&good, 3), &long, "%00", "\u{e4}"];
    for ciphertext in ciphertexts {
        assert_seal("ciphertext", &with_part(&good, 4, ciphertext), "forged");
    }
    for iv in ["", "A", "!!!!", "AAAAAAAAAAAAAAAAAAAAAA", &long] {
        assert_seal("iv", &with_part(&good, 3, iv), "forged");
        assert_seal("iv and ciphertext", &with_part(&with_part(&good, 3, iv), 4, "!"), "forged");
    }
    for salt in ["x", &long] {
        assert_seal("mac salt", &with_part(&good, 6, salt), "forged");
        assert_seal("encryption salt", &with_part(&good, 2, salt), "forged");
    }
    assert_seal("no mac salt", &with_part(&good, 6, ""), "malformed");
    assert_seal("no encryption salt", &with_part(&good, 2, ""), "forged");
    let past = with_part(&good, 5, "1");
    assert_seal("an expired seal that is not authentic is not called expired", &past, "forged");
}

/// Every block of the ciphertext, flipped: what a padding oracle tries.
#[test]
fn a_padding_oracle_learns_nothing() {
    let good = seal(&clock(), CONTENT);
    let ciphertext = part(&good, 4);
    for index in 0..ciphertext.len() {
        for by in ["A", "B", "_"] {
            let mut guess = ciphertext.to_owned();
            guess.replace_range(index..=index, by);
            if guess != ciphertext {
                assert_seal("a guess", &with_part(&good, 4, &guess), "forged");
            }
        }
    }
}

/// Seals whose MAC holds over something that no library would write: with keys
/// in hand, the JavaScript side made them.
#[test]
fn what_an_authentic_seal_holds_is_judged_all_the_same() {
    const CLASSES: [&str; 5] = ["block-padding", "check-order", "iv-size", "ct-size", "expiration-form"];

    let expected = |name: &str| match name.split('#').next().unwrap() {
        "block-padding/pad-too-much-ok" => "undecodable",
        "check-order/expired+badmac" | "check-order/badmac+badb64ct" => "forged",
        "check-order/expired+unknownid" | "check-order/emptyid+badmac" => "unknown_password",
        "expiration-form/past" | "expiration-form/skew-exact" => "expired",
        "expiration-form/digits-30"
        | "expiration-form/digits-400"
        | "expiration-form/i64max+1"
        | "expiration-form/u64max+1"
        | "expiration-form/2^53"
        | "expiration-form/now"
        | "expiration-form/skew+1" => OPENS,
        _ => "malformed",
    };
    let vectors: Value = serde_json::from_str(include_str!("../../vectors/seals.json")).unwrap();
    let mut run = 0;
    for case in vectors["cases"].as_array().unwrap() {
        let text = |field: &str| case[field].as_str().unwrap_or_default();
        if !CLASSES.contains(&text("class")) {
            continue;
        }
        run += 1;
        // These passwords were sealed with elsewhere; another one seals here.
        let theirs = case["passwords"]["string"].as_str().unwrap();
        let passwords = Passwords::builder().retired("1", theirs).password("7", PASSWORD).build().unwrap();
        let now = ManualClock::at(Timestamp::from_unix_ms(case["now_ms"].as_u64().unwrap()));
        let options = watched(SessionOptions::builder("sid", passwords).clock(now)).build().unwrap();
        let (name, seal) = (text("name"), text("seal"));
        // As a header carries it: control characters percent-encoded.
        let header = format!("sid={}", seal.replace('\n', "%0A").replace(' ', "%20").replace('\0', "%00"));
        let expected =
            if text("value_json") == "{}" && expected(name) == OPENS { "none" } else { expected(name) };
        assert_reason(&options, name, &header, expected);
    }
    assert_eq!(run, 6 + 7 + 4 + 4 + 25);
}

/// The text after the first `~` is not covered by the MAC, so it decides nothing.
#[test]
fn the_version_marker_decides_nothing() {
    let good = seal(&clock(), CONTENT);
    let body = good.strip_suffix("~2").unwrap();
    for marker in ["", "~", "~1", "~2", "~0", "~3", "~99", "~-1", "~2~1", "~x", "~2*", "~*******", "~%00"] {
        assert_seal("a marker", &format!("{body}{marker}"), OPENS);
    }
    assert_seal("a long marker", &format!("{body}~{}", "x*".repeat(2000)), OPENS);
    for cut in ["~2", "~", &format!("~{body}"), &body.replacen('*', "~", 1)] {
        assert_seal("an early marker", cut, "malformed");
    }
}

/// One value, one spelling: a seal's text is nobody's to vary.
#[test]
fn a_mac_has_one_spelling() {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let clock = clock();
    let mut plus_and_slash = 0;
    for _ in 0..20 {
        let good = sealer(&clock).seal(&serde_json::json!({"user": "ada"})).unwrap();
        let mac = part(&good, 7);
        // 43 characters carry 258 bits, the last of them two that are not used.
        let last = ALPHABET.iter().position(|&c| c == mac.as_bytes()[42]).unwrap();
        for unused in 1..4 {
            let spelling = format!("{}{}", &mac[..42], char::from(ALPHABET[last + unused]));
            assert_seal("unused bits", &with_part(&good, 7, &spelling), "malformed");
        }
        for spelling in [
            format!("{mac}="),
            format!("{mac}=="),
            format!("{mac}%20"),
            format!("{mac}A"),
            mac[..42].to_owned(),
        ] {
            assert_seal("padding", &with_part(&good, 7, &spelling), "malformed");
        }
        let spelling = mac.replace('-', "+").replace('_', "/");
        if spelling != mac {
            plus_and_slash += 1;
            assert_seal("another alphabet", &with_part(&good, 7, &spelling), "malformed");
        }
    }
    assert!(plus_and_slash > 0, "20 random MACs without `-` and `_`");
}

/// Text that made other libraries throw, without any key.
#[test]
fn text_that_is_no_seal() {
    let good = seal(&clock(), CONTENT);
    let many = "*".repeat(4000);
    let twice = format!("{}*{good}", good.strip_suffix("~2").unwrap());
    for text in [
        "*",
        "*******",
        "********",
        "Fe26.2",
        "Fe26.2******",
        "Fe26.2********",
        &many,
        "~",
        "~2",
        "null",
        "{}",
        "[object Object]",
        "undefined",
        "fe26.2*1*a*b*c**d*e",
        "Fe26.1*1*a*b*c**d*e",
        "Fe26.2 *1*a*b*c**d*e",
        "%",
        "%%%",
        "%zz",
        "%00",
        "\u{feff}",
        "𝕱𝖊𝟐𝟔",
        "🍪",
        &good[1..],
        &good[..good.len() / 2],
        &twice,
    ] {
        assert_seal("no seal", text, "malformed");
    }
    for expiry in
        ["0", "00", "01", "-1", "+1", "1e3", "1.0", "0x10", " 1", "Infinity", "NaN", "null", "١", "1_000"]
    {
        assert_seal(expiry, &with_part(&good, 5, expiry), "malformed");
    }
}

#[test]
fn ids_that_are_no_passwords() {
    let good = seal(&clock(), CONTENT);
    let long = "9".repeat(3000);
    for id in [
        "",
        "0",
        "2",
        "01",
        " 1",
        "1 ",
        "+1",
        "-1",
        "1.0",
        "1e0",
        "default",
        "__proto__",
        "constructor",
        "prototype",
        "hasOwnProperty",
        "toString",
        "valueOf",
        "../1",
        "1%00",
        "%31%00",
        "¹",
        "１",
        &long,
    ] {
        assert_seal(id, &with_part(&good, 1, id), "unknown_password");
    }
    // Percent-encoding is the cookie's, not the seal's.
    assert_seal("%31", &with_part(&good, 1, "%31"), OPENS);
}

/// However late, and however many digits: no overflow, no wrap-around.
#[test]
fn expiry_saturates() {
    let at = |ms: u64| ManualClock::at(Timestamp::from_unix_ms(ms));
    let read_at = |clock: ManualClock, seal: &str| {
        let sealer = Sealer::new(passwords()).with_clock(clock);
        sealer.unseal::<Value>(seal).map(|_| ())
    };
    for sealed_at in [0, 1, 59_999, NOW_MS, u64::MAX - 1, u64::MAX] {
        let writer = Sealer::new(passwords()).with_clock(at(sealed_at));
        let forever = writer.clone().with_ttl(Ttl::Unlimited).seal(&1).unwrap();
        let long = writer.clone().with_ttl(Duration::MAX).seal(&1).unwrap();
        let short = writer.with_ttl(Duration::from_millis(1)).seal(&1).unwrap();
        for now in [0, 1, 60_000, NOW_MS, u64::MAX] {
            assert!(read_at(at(now), &forever).is_ok());
            assert!(read_at(at(now), &long).is_ok());
            let is_late = now.saturating_sub(60_000) >= sealed_at.saturating_add(1);
            let read = read_at(at(now), &short);
            assert_eq!(
                matches!(read, Err(UnsealError::Expired { .. })),
                is_late,
                "{sealed_at} {now}: {read:?}"
            );
        }
    }
}

#[test]
fn an_expired_seal_is_accepted_for_the_clock_skew_and_no_longer() {
    let clock = clock();
    let options = options(&clock).build().unwrap();
    let short = Sealer::new(passwords()).with_clock(clock.clone()).with_ttl(Duration::from_secs(10));
    let header = format!("sid={}", seal_with(&short, CONTENT));

    for (late_ms, expected) in [(0, OPENS), (59_999, OPENS), (60_000, "expired"), (60_001, "expired")] {
        clock.set(Timestamp::from_unix_ms(NOW_MS + 10_000 + late_ms));
        assert_reason(&options, "late", &header, expected);
    }
    // A clock that went back does no harm.
    clock.set(Timestamp::from_unix_ms(0));
    assert_reason(&options, "early", &header, OPENS);
}

#[test]
fn a_seal_that_is_older_than_the_reader_accepts() {
    let clock = clock();
    let sealer = sealer(&clock).with_ttl(Duration::from_secs(3600));
    let seal = sealer.seal(&42).unwrap();
    let within = |secs| sealer.unseal_within::<u64>(&seal, Duration::from_secs(secs));

    assert_eq!(within(0).unwrap(), 42);
    clock.advance(Duration::from_secs(600));
    assert_eq!(sealer.sealed_at(&seal).unwrap(), Timestamp::from_unix_ms(NOW_MS));
    assert_eq!(within(600).unwrap(), 42);
    assert!(matches!(within(599), Err(UnsealError::TooOld { .. })));
    clock.advance(Duration::from_millis(1));
    let error = within(600).unwrap_err();
    assert_eq!(error.reason(), "too_old");
    assert_eq!(
        error.to_string(),
        "the seal was made at 2025-11-20T14:46:40Z, more than 600s ago; make a new one"
    );
    assert_eq!(sealer.unseal::<u64>(&seal).unwrap(), 42);

    // An age that no ttl reaches does not make an expired seal valid.
    clock.advance(Duration::from_secs(3600));
    assert_eq!(within(u64::MAX).unwrap_err().reason(), "expired");
    assert_eq!(sealer.sealed_at(&seal).unwrap_err().reason(), "expired");
    // The clock of the server that made it may be ahead.
    clock.set(Timestamp::from_unix_ms(NOW_MS - 60_000));
    assert_eq!(within(0).unwrap(), 42);
    clock.set(Timestamp::from_unix_ms(NOW_MS - 60_001));
    assert_eq!(within(0).unwrap_err().reason(), "unknown_age");
}

#[test]
fn a_seal_that_does_not_show_its_age() {
    let hour = Duration::from_secs(3600);
    let sealer = |ttl: Ttl| sealer(&clock()).with_ttl(ttl);
    let pairs: [(Ttl, Ttl); 6] = [
        (Ttl::Unlimited, Ttl::Unlimited),
        (Ttl::Unlimited, hour.into()),
        (hour.into(), Ttl::Unlimited),
        ((2 * hour).into(), hour.into()),
        // The expiry is the last instant that a timestamp can hold.
        (Duration::MAX.into(), Duration::MAX.into()),
        (Duration::MAX.into(), hour.into()),
    ];
    for (writer, reader) in pairs {
        let seal = sealer(writer).seal(&42).unwrap();
        let error = sealer(reader).unseal_within::<u64>(&seal, Duration::MAX).unwrap_err();
        assert!(matches!(error, UnsealError::UnknownAge), "{writer:?} {reader:?}: {error}");
        assert_eq!(sealer(reader).sealed_at(&seal).unwrap_err().reason(), "unknown_age");
        assert_eq!(sealer(reader).unseal::<u64>(&seal).unwrap(), 42);
    }
    // The age of a seal that was made with a shorter ttl is at least its own.
    let seal = sealer(hour.into()).seal(&42).unwrap();
    let sealed_at = sealer((2 * hour).into()).sealed_at(&seal).unwrap();
    assert_eq!(sealed_at, Timestamp::from_unix_ms(NOW_MS).saturating_sub(hour));
}

/// The age of text that anybody could have written is not computed.
#[test]
fn the_age_of_a_forged_seal_is_unknown() {
    let sealer = sealer(&clock());
    let forged = with_part(&sealer.seal(&42).unwrap(), 5, &(NOW_MS + 1).to_string());
    assert_eq!(sealer.sealed_at(&forged).unwrap_err().reason(), "forged");
    assert_eq!(sealer.unseal_within::<u64>(&forged, Duration::MAX).unwrap_err().reason(), "forged");
    assert_eq!(sealer.sealed_at("no seal").unwrap_err().reason(), "malformed");
}

#[test]
fn a_rotation_gone_wrong_says_which_way() {
    let clock = clock();
    let server = |id: &str, password: &str| {
        let passwords = Passwords::builder().password(id, password).build().unwrap();
        watched(SessionOptions::builder("sid", passwords).clock(clock.clone())).build().unwrap()
    };
    let header = format!("sid={}", seal(&clock, CONTENT));
    assert_reason(&server("1", PASSWORD), "the same", &header, OPENS);
    assert_reason(&server("1", OTHER_PASSWORD), "replaced under its id", &header, "forged");
    assert_reason(&server("2", PASSWORD), "renamed", &header, "unknown_password");
}

/// The format authenticates no name: two cookies under one password can be
/// swapped, unless each has a purpose.
#[test]
fn a_seal_for_another_cookie_opens_only_without_a_purpose() {
    let clock = clock();
    let plain = options(&clock).build().unwrap();
    let purposed = options(&clock).purpose("session").build().unwrap();
    let cart = Sealer::new(passwords()).with_clock(clock.clone());
    let cart_with_purpose = cart.clone().with_purpose("cart");

    let swapped = format!("sid={}", seal_with(&cart, CONTENT));
    assert_reason(&plain, "both without", &swapped, OPENS);
    assert_reason(&purposed, "the session has one", &swapped, "other_purpose");
    let swapped = format!("sid={}", seal_with(&cart_with_purpose, CONTENT));
    assert_reason(&plain, "the cart has one", &swapped, "other_purpose");
    assert_reason(&purposed, "both have one", &swapped, "other_purpose");
    // A renamed id is not what keeps them apart.
    assert_reason(
        &purposed,
        "with the id of the other",
        &swapped.replace("*1_cart*", "*1_session*"),
        "forged",
    );
}
