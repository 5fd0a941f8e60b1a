//! The profiles of other libraries, without these libraries; `live/h3.rs` has real ones.

use std::time::Duration;

use iron_session::clock::ManualClock;
use iron_session::error::{OptionsError, UnsealError};
use iron_session::session::{RequestSession, Unreadable};
use iron_session::{IronSession, Passwords, Profile, Sealer, SessionOptions, SessionOptionsBuilder, Untyped};
use iron_session_tests::fixtures::{NOW_MS, OTHER_PASSWORD, PASSWORD, clock, noise, passwords};
use iron_session_tests::{Jar, SetCookie};
use serde_json::{Value, json};

const H3: [Profile; 3] = [Profile::H3V1, Profile::H3V2, Profile::H3V1AndV2];

#[derive(IronSession, Clone)]
#[session(budget = "strict")]
struct Account {
    #[session(max_bytes = 100)]
    user: Option<String>,
}

fn options(profile: Profile, clock: &ManualClock) -> SessionOptionsBuilder {
    SessionOptions::builder("sid", passwords()).profile(profile).clock(clock.clone())
}

fn sealer(profile: Profile) -> Sealer {
    Sealer::new(passwords()).with_profile(profile).with_clock(clock())
}

/// Reads a session from a cookie header, lets `visit` change it, and returns the session that was read with
/// the lines of the response.
fn visit(profile: Profile, header: &str, visit: impl FnOnce(&mut Value)) -> (Value, Vec<String>) {
    let request =
        RequestSession::<Untyped>::new(options(profile, &clock()).build().unwrap().check().unwrap());
    let mut session = request.handle([header]).unwrap();
    let read: Value = serde_json::from_str(&session.to_json()).unwrap();
    let mut value = read.clone();
    visit(&mut value);
    if value != read {
        *session = value.to_string().parse::<Untyped>().unwrap();
    }
    drop(session);
    (read, request.commit(200).set_cookies)
}

fn cookie(profile: Profile, payload: &Value) -> String {
    format!("sid={}", sealer(profile).seal(payload).unwrap())
}

#[test]
fn a_new_session_gets_the_object_of_h3() {
    for profile in H3 {
        let (_, lines) = visit(profile, "", |session| *session = json!({ "user": "ada" }));
        let [line] = &*lines else { panic!("{lines:?}") };
        let seal = SetCookie::parse(line).value;
        assert!(seal.starts_with("Fe26.2**") && !seal.contains('~'), "{seal}");
        let mut payload: Value = sealer(profile).unseal(&seal).unwrap();
        assert_eq!(payload["id"].take().as_str().map(str::len), Some(22));
        let created_at = NOW_MS / 1000 * 1000;
        let mut wanted = json!({ "id": null, "createdAt": created_at, "data": { "user": "ada" } });
        if profile != Profile::H3V1 {
            wanted["lastSeenAt"] = json!(NOW_MS);
        }
        assert_eq!(payload, wanted);
    }
}

#[test]
fn what_is_no_session_of_h3_is_read_as_h3_reads_it() {
    let read = |payload: Value| visit(Profile::H3V1, &cookie(Profile::H3V1, &payload), |_| ());
    for payload in
        [json!({}), json!({ "id": "1" }), json!({ "data": null }), json!({ "user": "ada" }), json!(null)]
    {
        assert_eq!(read(payload).0, json!({}));
    }
    for payload in [json!([]), json!("text"), json!(1), json!({ "data": [] }), json!({ "data": "text" })] {
        let header = cookie(Profile::H3V1, &payload);
        let request = RequestSession::<Untyped>::new(
            options(Profile::H3V1, &clock()).build().unwrap().check().unwrap(),
        );
        let session = request.handle([&header]).unwrap();
        assert_eq!(session.meta().unreadable().map(Unreadable::reason), Some("undecodable"), "{payload}");
    }
    // The last of several members counts, as in JavaScript, and the others are not written again.
    let text = r#"{"data":{"a":1},"id":"1","data":{"a":2},"id":"2"}"#;
    let raw: &serde_json::value::RawValue = serde_json::from_str(text).unwrap();
    let header = format!("sid={}", sealer(Profile::H3V1).seal(raw).unwrap());
    let (read, lines) = visit(Profile::H3V1, &header, |session| session["a"] = json!(3));
    assert_eq!(read, json!({ "a": 2 }));
    let payload: Value = sealer(Profile::H3V1).unseal(&SetCookie::parse(&lines[0]).value).unwrap();
    assert_eq!((&payload["id"], &payload["data"]), (&json!("2"), &json!({ "a": 3 })));
}

#[test]
fn a_session_that_lacks_an_id_or_a_date_gets_them() {
    for theirs in [json!({ "data": {} }), json!({ "id": "", "createdAt": 0, "data": {} })] {
        let header = cookie(Profile::H3V1, &theirs);
        let (_, lines) = visit(Profile::H3V1, &header, |session| session["a"] = json!(1));
        let payload: Value = sealer(Profile::H3V1).unseal(&SetCookie::parse(&lines[0]).value).unwrap();
        assert_eq!(payload["id"].as_str().map(str::len), Some(22));
        assert_eq!(payload["createdAt"], NOW_MS / 1000 * 1000);
    }
}

#[test]
fn a_date_in_the_future_is_none() {
    let clock = clock();
    let far = json!({ "id": "1", "createdAt": NOW_MS + 600_000, "data": { "user": "ada" } });
    let header = cookie(Profile::H3V1, &far);
    let options = options(Profile::H3V1, &clock).absolute_timeout(Duration::from_secs(60)).build().unwrap();
    let request = RequestSession::<Account>::new(options.check().unwrap());
    assert_eq!(request.handle([&header]).unwrap().user(), Some("ada"));
    let lines = request.commit(200).set_cookies;
    let payload: Value = sealer(Profile::H3V1).unseal(&SetCookie::parse(&lines[0]).value).unwrap();
    assert_eq!(payload["data"]["$"]["iat"], NOW_MS / 1000, "it is issued now");
}

#[test]
fn rounds_are_tried_only_where_the_profile_has_them() {
    let seal = sealer(Profile::H3V2).seal(&1).unwrap();
    for profile in [Profile::IronSession, Profile::Hapi, Profile::H3V1] {
        let passwords =
            Passwords::builder().password("default", PASSWORD).seal_with("default").build().unwrap();
        let error = Sealer::new(passwords).with_profile(profile).unseal::<u32>(&seal).unwrap_err();
        assert!(matches!(error, UnsealError::Forged), "{error}");
    }
    for profile in [Profile::H3V2, Profile::H3V1AndV2] {
        let sealer = sealer(profile);
        // The second time with the keys that were kept.
        assert_eq!([(); 2].map(|()| sealer.unseal::<u32>(&seal).unwrap()), [1, 1]);
        let mut forged = seal.clone();
        forged.replace_range(80..81, if &seal[80..81] == "a" { "b" } else { "a" });
        assert!(matches!(sealer.unseal::<u32>(&forged).unwrap_err(), UnsealError::Forged));
        assert_eq!(sealer.unseal::<u32>(&seal).unwrap(), 1);
    }
}

#[test]
fn a_seal_without_an_id_is_opened_with_one_of_four_passwords() {
    let number = |n: usize| format!("{n} {PASSWORD}");
    let one = |n: usize| Sealer::new(Passwords::new(number(n)).unwrap()).with_profile(Profile::Hapi);
    let mut passwords = Passwords::builder();
    for n in 1..=6 {
        passwords = passwords.password(n.to_string(), number(n));
    }
    let all = Sealer::new(passwords.build().unwrap()).with_profile(Profile::Hapi);
    let opens = (1..=6).map(|n| all.unseal::<u32>(&one(n).seal(&1).unwrap()).is_ok());
    assert_eq!(opens.collect::<Vec<_>>(), [false, false, true, true, true, true], "the newest are tried");
    // A seal with an id needs none of this.
    let named = Sealer::new(Passwords::new(number(1)).unwrap()).seal(&1).unwrap();
    assert_eq!(all.unseal::<u32>(&named).unwrap(), 1);
    let other = Sealer::new(Passwords::new(OTHER_PASSWORD).unwrap()).with_profile(Profile::Hapi);
    assert!(matches!(other.unseal::<u32>(&one(1).seal(&1).unwrap()).unwrap_err(), UnsealError::Forged));
}

#[test]
fn cookies_that_announce_chunks() {
    let profile = Profile::H3V2;
    let seal = sealer(profile).seal(&json!({ "id": "1", "data": { "a": 1 } })).unwrap();
    let (start, end) = seal.split_at(50);
    let reason = |header: &str| {
        let options =
            SessionOptions::builder("sid", passwords()).profile(profile).clock(clock()).max_cookies(4);
        let request = RequestSession::<Untyped>::new(options.build().unwrap().check().unwrap());
        let session = request.handle([header]).unwrap();
        match session.meta().unreadable() {
            Some(reason) => reason.reason(),
            None if session.to_json() == r#"{"a":1}"# => "read",
            None => "empty",
        }
    };
    assert_eq!(reason(&format!("sid=__chunked__2; sid.1={start}; sid.2={end}")), "read");
    assert_eq!(reason(&format!("sid.2={end}; sid.1={start}; sid=__chunked__2")), "read");
    assert_eq!(reason(&format!("sid=__chunked__2; sid.1={start}; sid.2={end}; sid.3=old")), "read");
    // Whatever is left of a longer session does no harm.
    assert_eq!(reason(&format!("sid={seal}; sid.1={start}")), "read");
    assert_eq!(reason(&format!("sid.1={start}; sid.2={end}")), "empty");
    assert_eq!(reason(&format!("sid=__chunked__2; sid.1={start}")), "missing_chunk");
    assert_eq!(reason(&format!("sid=__chunked__2; sid.2={end}")), "missing_chunk");
    assert_eq!(reason("sid=__chunked__2"), "missing_chunk");
    for count in ["", "0", "x", "-1", "99999999999999999999999"] {
        assert_eq!(
            reason(&format!("sid=__chunked__{count}; sid.1={start}; sid.2={end}")),
            "malformed",
            "{count}"
        );
    }
    assert_eq!(
        reason(&format!("sid=__chunked__100; sid.1={start}; sid.2={end}")),
        "read",
        "up to what is there"
    );
    assert_eq!(reason(&format!("sid=__chunked__2; sid.1={start}; sid.2={end}x")), "malformed");
}

#[test]
fn sizes_of_every_kind_are_read_back() {
    let clock = clock();
    let options = || options(Profile::H3V2, &clock).max_cookies(4).build().unwrap().check().unwrap();
    let mut jar = Jar::new("localhost", &clock);
    for len in [10, 2_700, 2_750, 2_800, 5_700, 8_600, 11_600, 2_000, 10] {
        let request = RequestSession::<Untyped>::new(options());
        let text = noise(len);
        let mut session = request.handle(jar.header("/")).unwrap();
        *session = json!({ "a": text }).to_string().parse::<Untyped>().unwrap();
        session.save().unwrap();
        drop(session);
        for line in request.commit(200).set_cookies {
            assert!(line.len() <= 4096 && jar.store(&line));
        }
        let request = RequestSession::<Untyped>::new(options());
        let session = request.handle(jar.header("/")).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&session.to_json()).unwrap(), json!({ "a": text }));
    }
    assert_eq!(jar.names(), ["sid"]);
}

#[test]
fn a_session_type_must_leave_room_for_the_object_of_h3() {
    #[derive(IronSession, Clone)]
    #[session(budget = "strict")]
    struct Full {
        #[session(max_bytes = 2750)]
        text: Option<String>,
    }
    let check = |profile| options(profile, &clock()).build().unwrap().check::<Full>().map(drop);
    check(Profile::IronSession).unwrap();
    check(Profile::Hapi).unwrap();
    let error = check(Profile::H3V1).unwrap_err();
    assert!(matches!(error, OptionsError::Budget { .. }), "{error}");
}

#[test]
fn what_the_other_library_could_not_read_is_refused() {
    #[derive(IronSession, Clone)]
    #[session(max_cookies = 2)]
    struct Two {
        text: Option<String>,
    }
    #[derive(IronSession, Clone)]
    #[session(compress)]
    struct Compressed {
        text: Option<String>,
    }
    let build = |profile| options(profile, &clock());
    for profile in [Profile::Hapi, Profile::H3V1, Profile::H3V1AndV2] {
        assert!(build(profile).max_cookies(2).build().unwrap_err().to_string().contains("`Profile::H3V2`"));
        let error = build(profile).build().unwrap().check::<Two>().unwrap_err();
        assert!(error.to_string().contains("`max_cookies`"), "{error}");
    }
    build(Profile::H3V2).build().unwrap().check::<Two>().unwrap();
    for profile in [Profile::Hapi, Profile::H3V1, Profile::H3V1AndV2, Profile::H3V2] {
        assert!(build(profile).purpose("x").build().unwrap_err().to_string().contains("`purpose`"));
        let error = build(profile).build().unwrap().check::<Compressed>().unwrap_err();
        assert!(error.to_string().contains("`compress`"), "{error}");
    }
}

/// Sealed by `@hapi/iron` 7.0.1 with `encryption.algorithm: "aes-128-ctr"`.
#[test]
fn the_other_algorithm_of_hapi_is_named() {
    let seals = [
        "Fe26.2**3d3f201a65a0418daa77fefce919e5149b9f8a8e9fbd0f117dd57182016b4599*r_hDlf2CBvb-bSuMluZy6Q*frYniLagSg**45739345776bd7aaeff1bc7714861ea15c6136345395912462b7a78f2167f69c*_zChw2nVIqLz9reEkAqDMmv6y05AhayD07iFUgXWvno",
        "Fe26.2**5f9817402d748dd2c405cbc6fed2e27378022a3881e54101a547eecf58a8e17a*wqzsEG-cvebc7r1RzoG7rQ*meWffEl3tg33NSeg8-e4HQY**7539a3abbb6088a1380d1c4b086302ce14bf80fa90b33bde6a3544b9fb503609*7oGXiWs5OBk3zcF2I4N26fBzbZ1jaZrKrnyuska9yJw",
        // As long as a block, so only the padding shows it.
        "Fe26.2**d03e1ea949690367aa4785aa02311c9b4878c9f5cd502d26f5c1ce88d5ce77fa*464LeC5kMA--Tq3clRSaTQ*IfauTsRl0htxdTfrAPbVBQ**cd5a28b032142d41946508c2f29a3081b47f378d793b9c90fc92b2d3b1f6cb20*pzDTQNFUfnUor9ayi36poBVDHjDZ3rnMVxs-rNDt8DY",
    ];
    for seal in seals {
        let error = sealer(Profile::Hapi).unseal::<Value>(seal).unwrap_err();
        assert_eq!(error.reason(), "malformed");
        assert!(error.to_string().contains("`aes-128-ctr`"), "{error}");
        assert!(error.to_string().contains("`aes-256-cbc`"), "{error}");
    }
}
