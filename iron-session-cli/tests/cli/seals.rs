//! Seals and cookies.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use iron_session::clock::{ManualClock, Timestamp};
use iron_session::testing::cookie_header;
use iron_session::{Passwords, Sealer, SessionOptions};
use serde_json::{Value, json};

use super::{PASSWORD, PROGRAM, done, failed, run, run_with};

/// 2025-11-20 14:46:40 UTC, and 14 days later.
const SEALED_MS: u64 = 1_763_650_000_000;

pub(super) fn expired() -> String {
    let clock = ManualClock::at(Timestamp::from_unix_ms(SEALED_MS));
    Sealer::new(Passwords::new(PASSWORD).unwrap())
        .with_clock(clock)
        .seal(&json!({ "userId": "ada" }))
        .unwrap()
}

pub(super) fn seal() -> String {
    done("seal --password-env SECRET", r#"{"$":{"v":2},"userId":"ada"}"#).trim_end().to_owned()
}

/// iron-session seals with any password of 32 characters, those of its documentation included.
#[test]
fn a_weak_password_looks_and_is_replaced_but_does_not_seal() {
    let sample = "complex_password_at_least_32_characters_long";
    let seal = "Fe26.2*1*cb394468369001c7315925f653d10d88eb626e499a224ad9baf49f1b5999763c*\
        h-vdf-XrWIaC-gUzOLTg_g*JAuPLQHWUnVzuCKZU7GFKxYcHbJKvTjt3WxGtU6M444**\
        60047454b34e247ee707552c69a9978ad908e7369191856639575bf311e502f2*\
        KAwLNqzcKNkZ0ipLbl2IoZpZziksDQxvQZGEoPqDmXo~2";
    for line in ["inspect", "unseal", "unseal --json"] {
        let output = run_with(&format!("{line} --password-env SECRET"), seal, sample);
        assert!(output.code == 0 && output.stdout.contains("ada"), "{line}: {}", output.stderr);
        assert!(
            output.stderr.contains("it still opens old seals, but should not make new ones"),
            "{}",
            output.stderr
        );
    }
    let map = format!(r#"{{"1":"{sample}","7":"{PASSWORD}"}}"#);
    let output = run("keygen --json next", &map);
    let new: Value = serde_json::from_str(&output.stdout).unwrap();
    assert!(new["1"] == sample && new["8"].is_string(), "{}", output.stdout);
    assert!(output.stderr.contains("PasswordsBuilder::retired"), "{}", output.stderr);

    let output = run_with("seal --password-env SECRET", "1", sample);
    assert_eq!((output.code, output.stdout.as_str()), (1, ""), "{}", output.stderr);
    let spaced = run_with("unseal --password-env SECRET", seal, &format!("{sample}\n"));
    assert!(spaced.code == 1 && spaced.stderr.contains("white space"), "{}", spaced.stderr);
    let short = run_with("unseal --password-env SECRET", seal, "short");
    let reason = "invalid passwords in the environment variable `SECRET`: password 1 has 5 characters";
    assert!(short.code == 1 && short.stderr.contains(reason), "{}", short.stderr);
}

/// The command shows the session that a server would use.
#[test]
fn of_several_cookies_of_one_name_the_one_that_a_server_takes_is_shown() {
    let good = seal();
    let (first, second) = good.split_at(100);
    let planted = good.replacen("*1*", "*9*", 1);
    for cookies in [
        format!("sid={good}; sid={planted}"),
        format!("sid={planted}; sid={good}"),
        format!("sid={planted}; sid.0={first}; sid.1={second}"),
        format!("sid={planted}; sid={planted}; sid={planted}; sid={planted}; sid.0={first}; sid.1={second}"),
        format!("sid.0=Fe26.2*planted; sid.0={first}; sid.1={second}"),
        format!("sid={}; sid.0={first}; sid.1={second}", &good[..80]),
        format!("Set-Cookie: sid={planted}; Path=/app\nSet-Cookie: sid={good}; Path=/"),
    ] {
        assert!(done("unseal --password-env SECRET", &cookies).contains("ada"), "{cookies}");
        let text = done("inspect --password-env SECRET", &cookies);
        assert!(text.contains(" more with this name; a server uses the one that was sealed last"), "{text}");
    }
    // The same one again costs no try, and an expired session hides none that goes on.
    let five = format!("sid={planted}; ").repeat(4) + &format!("sid={good}");
    assert!(done("unseal --password-env SECRET", &five).contains("ada"));
    let old = expired();
    let (old_first, old_second) = old.split_at(100);
    for cookies in [
        format!("sid={old}; sid.0={first}; sid.1={second}"),
        format!("sid.0={old_first}; sid.1={old_second}; sid.0={first}; sid.1={second}"),
    ] {
        assert!(done("unseal --password-env SECRET", &cookies).contains("ada"));
    }
    // Where there is no other, it is what a server tells of.
    let both = format!("sid={old}; sid.0={}", &good[..80]);
    failed(5, "unseal --password-env SECRET", &both);
    let json: Value = serde_json::from_str(&done("inspect --json", &both)).unwrap();
    assert_eq!((&json["others"], &json["chunks"]), (&json!(1), &json!(0)));
    // Without a password the one is told of that can be taken apart.
    assert!(done("inspect", &format!("sid=Fe26.2*planted; sid={good}")).contains("password  id 1\n"));
}

/// A seal need not travel in cookies.
#[test]
fn a_long_seal_opens_and_a_long_cookie_does_not() {
    let seal_of = |words: usize| {
        done("seal --password-env SECRET", &json!({ "text": "long ".repeat(words) }).to_string())
    };
    let seal = seal_of(12_000);
    assert!(done("unseal --password-env SECRET", &seal).contains("long long"));
    let error = failed(3, "unseal --password-env SECRET", &format!("sid={}", seal_of(4_000)));
    assert!(error.contains("it is longer than any session cookie"), "{error}");
}

/// Cookies of attackers are pasted here; a terminal obeys what is in them.
#[test]
fn nothing_that_was_pasted_reaches_the_terminal_raw() {
    let parts = seal().replacen("*1*", "*\u{1b}[31m\u{1b}]0%3Bowned\u{7}*", 1);
    let text = done("inspect", &parts);
    assert!(text.contains("id \\u{1b}[31m\\u{1b}]0;owned\\u{7}\n"), "{text:?}");

    let names = failed(3, "inspect", "a\u{202e}=Fe26.2*x; b\u{9b}=Fe26.2*x");
    assert!(names.contains("a\\u{202e}, b\\u{9b}"), "{names:?}");

    let payload = json!({ "name": "a\u{9b}b\u{202e}c\u{e0041}é", "$": { "v": "\u{9b}" } });
    let seal = done("seal --password-env SECRET", &payload.to_string());
    for line in ["unseal", "unseal --json", "inspect", "inspect --json"] {
        let text = done(&format!("{line} --password-env SECRET"), &seal);
        assert!(text.contains(r#""a\u009bb\u202ec\udb40\udc41é""#), "{line}: {text:?}");
        assert!(!text.contains(['\u{9b}', '\u{202e}']), "{line}: {text:?}");
    }
    let same: Value = serde_json::from_str(&done("unseal --password-env SECRET", &seal)).unwrap();
    assert_eq!(same, payload);
}

/// `unseal | seal` must not change data.
#[test]
fn a_payload_stays_as_it_was_written() {
    let json = r#"{"z":12345678901234567890123,"a":[1e2,-0.0,1.10],"e":{}}"#;
    let lines = done("unseal --password-env SECRET", &done("seal --password-env SECRET", json));
    assert!(lines.contains("  \"z\": 12345678901234567890123,\n"), "{lines}");
    let again = done("seal --password-env SECRET", &lines);
    for line in ["unseal", "unseal --json", "inspect", "inspect --json"] {
        let text = done(&format!("{line} --password-env SECRET"), &again);
        let compact: String = text.split_whitespace().collect();
        assert!(compact.contains(json), "{line}: {text}");
    }
}

#[test]
fn what_is_sealed_opens_again() {
    let seal = seal();
    assert!(seal.starts_with("Fe26.2*1*") && seal.ends_with("~2"), "{seal}");
    let payload: Value = serde_json::from_str(&done("unseal --password-env SECRET", &seal)).unwrap();
    assert_eq!(payload, json!({ "$": { "v": 2 }, "userId": "ada" }));
    let cookie = format!("Cookie: theme=dark; sid={seal}");
    let json: Value = serde_json::from_str(&done("unseal --json --password-env SECRET", &cookie)).unwrap();
    assert_eq!(json["payload"], payload);
    let json: Value = serde_json::from_str(&done("seal --ttl 0 --json --password-env SECRET", "1")).unwrap();
    assert!(json["seal"].as_str().unwrap().contains("**"), "no expiry: {json}");
}

#[test]
fn passwords_come_from_files() {
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/password");
    std::fs::write(path, format!("{PASSWORD}\n")).unwrap();
    let line = format!("unseal --password-file {path}");
    assert!(done(&line, &seal()).contains("ada"));
    std::fs::write(path, "short").unwrap();
    assert!(failed(1, &line, &seal()).contains("needs at least 32"));
    assert!(failed(1, "unseal --password-file nowhere", &seal()).contains("next: pass a file"));
    assert!(failed(1, "unseal", &seal()).contains("--password-file FILE, --password-env VARIABLE"));
    assert!(failed(2, &format!("unseal --password {PASSWORD}"), "").contains("unexpected argument"));
}

#[test]
fn a_wrong_password_an_expired_seal_and_a_damaged_one_are_told_apart() {
    let seal = seal();
    let other = run_with("unseal --password-env SECRET", &seal, "another password of 32 characters at least");
    assert_eq!(other.code, 4);
    assert!(other.stderr.contains("wrong password: the seal was made with another one"), "{}", other.stderr);

    let map = format!(r#"{{"7":"{PASSWORD}"}}"#);
    let unknown = run_with("unseal --password-env SECRET", &seal, &map);
    assert_eq!(unknown.code, 4);
    assert!(
        unknown.stderr.contains("the password `1`, which is not among the given ones"),
        "{}",
        unknown.stderr
    );

    let error = failed(5, "unseal --password-env SECRET", &expired());
    assert!(error.contains("it expired 2025-12-04 16:46:40 +02:00 ("), "{error}");

    let cut = &seal[..seal.len() - 10];
    assert!(failed(3, "unseal --password-env SECRET", cut).contains("copy it again completely"));
    assert!(failed(3, "unseal --password-env SECRET", "hello").contains("the input has no seal"));
    let error = failed(3, "unseal --json --password-env SECRET", cut);
    let error: Value = serde_json::from_str(&error).unwrap();
    assert_eq!(error["error"], "malformed");
}

#[test]
fn a_changed_text_is_no_wrong_password_wherever_it_was_changed() {
    let payload =
        json!({ "userId": "ada", "cart": ["apples", "pears", "plums", "a very long loaf of bread"] });
    let seal = done("seal --password-env SECRET", &payload.to_string()).trim_end().to_owned();
    let parts: Vec<_> = seal.match_indices('*').map(|(at, _)| at).collect();
    // In the iv, the ciphertext, the expiry and the MAC.
    for at in [parts[2] + 3, parts[3] + 5, parts[4] + 9, parts[6] + 5] {
        let other = if seal[at..].starts_with('1') { "2" } else { "1" };
        let changed = format!("{}{other}{}", &seal[..at], &seal[at + 1..]);
        let error = failed(3, "unseal --password-env SECRET", &changed);
        assert!(error.contains("the password is right, but the seal was changed"), "{at}: {error}");
    }
}

#[test]
fn a_compressed_session_is_shown() {
    #[derive(iron_session::IronSession, Clone)]
    #[session(compress)]
    struct Long {
        text: String,
    }

    let options = SessionOptions::builder("sid", Passwords::new(PASSWORD).unwrap()).build().unwrap();
    let header = cookie_header(&options, &Long { text: "long ".repeat(1500) });
    let text = done("inspect --password-env SECRET", &header);
    assert!(text.contains("\"text\": \"long long "), "{text}");
}

/// Longer than the line to which a terminal cuts what it hands over.
#[test]
fn a_long_cookie_is_pasted_at_a_prompt_and_not_shown() {
    let line = format!("{PROGRAM} inspect");
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    // Before the terminal stops to echo, nothing may be typed.
    std::thread::sleep(Duration::from_millis(700));
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "long={}; sid={}", "x".repeat(8000), seal()).unwrap();
    let mut shown = String::new();
    child.stdout.take().unwrap().read_to_string(&mut shown).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{shown}");
    assert!(shown.contains("(not shown): ") && shown.contains("one cookie, sid"), "{shown}");
    assert!(!shown.contains("xxxx"), "{shown}");
}

#[test]
fn inspect_tells_what_it_can_without_a_password() {
    let text = done("inspect", &format!("sid={}", expired()));
    assert!(text.contains("shape     one cookie, sid\n"), "{text}");
    assert!(text.contains("password  id 1\n"), "{text}");
    assert!(text.contains("expires   2025-12-04 16:46:40 +02:00 ("), "{text}");
    assert!(text.contains("payload   16 to 31 bytes\n"), "{text}");
    assert!(text.contains("status    not verified"), "{text}");
    assert!(!text.contains("ada") && !text.contains('\u{1b}'), "no colours in a pipe: {text}");
}

#[test]
fn inspect_shows_the_payload_with_one() {
    let text = done("inspect --password-env SECRET", &seal());
    assert!(text.contains("status    valid\nversion   2\n\n{\n"), "{text}");
    assert!(text.contains(r#""userId": "ada""#), "{text}");

    let output = run("inspect --json --password-env SECRET", &expired());
    assert_eq!(output.code, 5);
    let json: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(json["status"], "expired");
    assert_eq!(json["payload"], json!({ "userId": "ada" }), "what it held");
    assert_eq!(json["expires_ms"], SEALED_MS + 14 * 24 * 60 * 60 * 1000);
}

#[test]
fn a_value_opens_with_its_attributes_and_percent_encoded() {
    let seal = seal();
    let encoded = seal.replace('*', "%2A").replace('~', "%7e");
    let (first, second) = encoded.split_at(100);
    for pasted in [
        format!("{seal}; Path=/; HttpOnly"),
        encoded.clone(),
        format!("Cookie: sid={encoded}"),
        format!("sid.0={first}; sid.1={second}"),
    ] {
        assert!(done("unseal --password-env SECRET", &pasted).contains("ada"), "{pasted}");
    }
    let broken = failed(3, "unseal --password-env SECRET", &seal.replace("~2", "%zz"));
    assert!(broken.contains("next: "), "{broken}");
}

#[test]
fn a_seal_opens_for_its_purpose_and_after_its_end_if_asked_to() {
    let sealer = Sealer::new(Passwords::new(PASSWORD).unwrap()).with_purpose("invitation");
    let seal = sealer.seal(&json!({ "userId": "ada" })).unwrap();
    assert!(done("unseal --purpose invitation --password-env SECRET", &seal).contains("ada"));
    assert!(done("inspect --purpose invitation --password-env SECRET", &seal).contains("valid"));
    failed(4, "unseal --password-env SECRET", &seal);
    let seal = done("seal --purpose invitation --password-env SECRET", "42");
    assert_eq!(sealer.unseal::<u32>(seal.trim_end()).unwrap(), 42);

    assert!(done("unseal --ignore-expiry --password-env SECRET", &expired()).contains("ada"));
}

/// One of JavaScript's, of `{'a':1}`.
pub(super) const NO_JSON: &str = "Fe26.2*1*c39cb0a345a28d03cc78467c626babfcea6fbf5e96567d6ee765a7f71f181740*\
    iYvEsUC77GwDDWPLOVW38w*jdFRZ8nrJamRKelP39t3Lw**\
    f57c60c6f36091d4dd389746fe3dc09b7374df6880e66636c1ea81d3a569a20d*\
    twYyyfthO1kXLrWJCkir5FOOR6hnu6wmj5rqla_TnHk~2";
pub(super) const NO_JSON_PASSWORD: &str = "<3RhAz^[tQH9RMZCusmIarxHz6Vg97>J#f(,8";

#[test]
fn what_is_no_json_has_an_exit_code_of_its_own() {
    for line in ["unseal", "inspect"] {
        let output = run_with(&format!("{line} --password-env SECRET"), NO_JSON, NO_JSON_PASSWORD);
        assert_eq!(output.code, 6, "{line}: {}", output.stderr);
    }
}

#[test]
fn inspect_joins_chunks() {
    let seal = seal();
    let (first, second) = seal.split_at(100);
    let cookies = format!("sid.1={second}; other=Fe26.2*x; sid.0={first}");
    assert!(failed(3, "inspect", &cookies).contains("several cookies have a seal: other, sid"));
    let text = done("inspect --name sid --password-env SECRET", &cookies);
    assert!(text.contains("shape     2 chunks, sid.0 to sid.1\n"), "{text}");
    assert!(text.contains("status    valid"), "{text}");
}

/// The prompt, in a terminal of its own that `script` makes.
#[test]
fn a_prompt_asks_for_the_password_and_shows_none() {
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/prompted");
    std::fs::write(path, seal()).unwrap();
    let line = format!("{PROGRAM} unseal --password-prompt < {path}");
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());

    let mut shown = Vec::new();
    while !String::from_utf8_lossy(&shown).contains("Password: ") {
        let mut bytes = [0; 64];
        let count = stdout.read(&mut bytes).unwrap();
        assert_ne!(count, 0, "it ended: {}", String::from_utf8_lossy(&shown));
        shown.extend_from_slice(&bytes[..count]);
    }
    // The prompt is written just before the terminal stops to echo.
    std::thread::sleep(Duration::from_millis(300));
    writeln!(stdin, "{PASSWORD}").unwrap();
    stdout.read_to_end(&mut shown).unwrap();
    let shown = String::from_utf8_lossy(&shown);
    assert_eq!(child.wait().unwrap().code(), Some(0), "{shown}");
    assert!(shown.contains("ada") && !shown.contains(PASSWORD), "{shown}");
}
