//! Passwords: which are taken and which refused, from code and from the
//! environment; rotation, raw keys, and purposes.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::process::Command;

use iron_session::error::{PasswordError, SealError, UnsealError};
use iron_session::session::RequestSession;
use iron_session::{Password, Passwords, Randomness, Sealer, SessionOptions, Untyped};
use iron_session_tests::fixtures::{OTHER_PASSWORD, PASSWORD, clock, noise};
use iron_session_tests::log::with_sources;

const THIRD_PASSWORD: &str = "ng7dGI41pEzvQV5Obz3xpd7kjQKRatanvpKj";

/// What every refusal tells, so that nobody makes up a weak one.
const HOW_TO_MAKE_ONE: &str = "openssl rand -base64 32";

fn sealer(passwords: Passwords) -> Sealer {
    Sealer::new(passwords).with_clock(clock())
}

fn lone(password: impl Into<Password>) -> Sealer {
    sealer(Passwords::new(password).unwrap())
}

fn rotation(passwords: &[(&str, &str)]) -> Passwords {
    let builder = Passwords::builder();
    passwords
        .iter()
        .fold(builder, |builder, (id, password)| builder.password(*id, *password))
        .build()
        .unwrap()
}

fn unseal(sealer: &Sealer, seal: &str) -> Result<u32, UnsealError> {
    sealer.unseal(seal)
}

fn part(seal: &str, index: usize) -> &str {
    seal.split('*').nth(index).unwrap()
}

// Random parts.

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

// Which are taken.

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
fn pasted() -> Vec<(String, &'static str)> {
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

// Rotation.

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

// Raw keys, and two passwords in one.

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

// Purposes.

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

// From the environment.

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
