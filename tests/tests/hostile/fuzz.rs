//! Inputs that are in no table: mutations of good seals, headers and payloads, and
//! arbitrary text.

use iron_session::session;
use iron_session_tests::cases::{check, check_share};
use iron_session_tests::fixtures::{clock, cookie, noise, seal, sealer, unseal};
use iron_session_tests::message::SetCookie;
use iron_session_tests::{AppSession, Log, RequestSession, payloads};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value};

use crate::{options, read};

/// A change that an attacker, or a proxy, may make to a text.
#[derive(Clone, Debug)]
enum Edit {
    Replace(Index, char),
    Insert(Index, char),
    Delete(Index),
    Cut(Index),
    Double(Index, Index),
    Swap(Index, Index),
    Splice(Index, Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    let sign = prop_oneof![
        3 => prop::sample::select("*~=;%.-_+/ \t,\"\\{}[]:0129AZaz".chars().collect::<Vec<_>>()),
        1 => any::<char>(),
    ];
    let at = any::<Index>;
    prop_oneof![
        (at(), sign.clone()).prop_map(|(at, sign)| Edit::Replace(at, sign)),
        (at(), sign).prop_map(|(at, sign)| Edit::Insert(at, sign)),
        at().prop_map(Edit::Delete),
        at().prop_map(Edit::Cut),
        (at(), at()).prop_map(|(from, to)| Edit::Double(from, to)),
        (at(), at()).prop_map(|(one, other)| Edit::Swap(one, other)),
        (at(), at()).prop_map(|(from, to)| Edit::Splice(from, to)),
    ]
}

fn apply(text: &str, edits: &[Edit]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for edit in edits {
        if chars.is_empty() {
            break;
        }
        let len = chars.len();
        let range = |from: &Index, to: &Index| {
            let (from, to) = (from.index(len), to.index(len));
            from.min(to)..from.max(to)
        };
        match edit {
            Edit::Replace(at, sign) => chars[at.index(len)] = *sign,
            Edit::Insert(at, sign) => chars.insert(at.index(len), *sign),
            Edit::Delete(at) => drop(chars.remove(at.index(len))),
            Edit::Cut(at) => chars.truncate(at.index(len)),
            Edit::Double(from, to) => {
                let doubled: Vec<char> = chars[range(from, to)].iter().copied().take(10_000).collect();
                chars.extend(doubled);
            }
            Edit::Swap(one, other) => chars.swap(one.index(len), other.index(len)),
            Edit::Splice(from, to) => drop(chars.drain(range(from, to))),
        }
    }
    chars.into_iter().collect()
}

fn body(seal: &str) -> &str {
    seal.split('~').next().unwrap_or_default()
}

#[test]
fn a_changed_seal_does_not_open() {
    let clock = clock();
    let good = seal(&clock, r#"{"user":"ada"}"#);
    check(&prop::collection::vec(edit(), 1..4), |edits| {
        let changed = apply(&good, &edits);
        let opened = sealer(&clock).unseal::<Value>(&changed);
        if body(&changed) == body(&good) {
            prop_assert_eq!(opened.unwrap(), serde_json::json!({"user": "ada"}));
        } else {
            prop_assert!(opened.is_err(), "{}", changed);
        }
        Ok(())
    });
}

#[test]
fn arbitrary_text_does_not_open() {
    let clock = clock();
    let text = prop_oneof![
        ".{0,300}",
        r"Fe26\.2(\*[A-Za-z0-9_-]{0,70}){0,9}(~[0-9]{0,2})?",
        r"Fe26\.2\*1\*[0-9a-f]{64}\*[A-Za-z0-9_-]{22}\*[A-Za-z0-9_-]{0,90}\*[0-9]{0,30}\*[0-9a-f]{64}\*[A-Za-z0-9_-]{43}~2",
        r"[*~=%A-Za-z0-9]{0,400}",
    ];
    check(&text, |text| {
        prop_assert!(sealer(&clock).unseal::<Value>(&text).is_err());
        Ok(())
    });
}

#[test]
fn a_changed_header_gives_the_session_or_none() {
    let clock = clock();
    let options = options(&clock).build().unwrap();
    let seal = seal(&clock, r#"{"user":"ada"}"#);
    let (first, second) = seal.split_at(150);
    let headers = [
        format!("theme=dark; sid={seal}; lang=en"),
        format!("sid.0={first}; sid.1={second}; sid=planted"),
        format!("sid=x; sid=y; {}; sid.0=z", cookie(&clock, r#"{"user":"ada"}"#)),
    ];
    check(&(0..headers.len(), prop::collection::vec(edit(), 0..4)), |(which, edits)| {
        let header = apply(&headers[which], &edits);
        let (content, _) = read(&options, &header);
        prop_assert!(content == r#"{"user":"ada"}"# || content == "{}", "{}", content);
        Ok(())
    });
}

#[test]
fn an_arbitrary_header_gives_none() {
    let options = options(&clock()).build().unwrap();
    let name = prop_oneof![Just("sid".to_owned()), r"sid\.[0-9]{1,3}", "[ -~]{0,8}", ".{0,8}"];
    let value =
        prop_oneof!["[!-~]{0,200}", ".{0,60}", r"(%[0-9a-fA-F]{0,2}){0,40}", Just("x".repeat(20_000))];
    let pairs = prop::collection::vec((name, value), 0..60);
    check(&pairs, |pairs| {
        let pairs: Vec<_> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        prop_assert_eq!(read(&options, &pairs.join("; ")).0, "{}");
        Ok(())
    });
}

#[test]
fn a_header_of_many_kilobytes_is_read() {
    let clock = clock();
    let options = options(&clock).build().unwrap();
    let ours = cookie(&clock, r#"{"user":"ada"}"#);
    let size = 0_usize..1 << 20;
    let strategy = (size, 0_usize..5000, 0_usize..10_000, any::<Index>());
    check_share(16, &strategy, |(bytes, foreign, chunks, at)| {
        let mut parts = vec![format!("blob={}", "x".repeat(bytes))];
        parts.extend((0..foreign).map(|n| format!("c{n}={n}")));
        parts.extend((0..chunks).map(|n| format!("sid.{n}={n}")));
        parts.insert(at.index(parts.len() + 1), ours.clone());
        prop_assert_eq!(read(&options, &parts.join("; ")).0, r#"{"user":"ada"}"#);
        Ok(())
    });
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter_map("finite", |n| serde_json::Number::from_f64(n).map(Value::Number)),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(".{0,6}", inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Whatever other programs keep in the session, a change beside it keeps it.
#[test]
fn members_of_other_programs_survive() {
    let clock = clock();
    let options = options(&clock).build().unwrap();
    let members = prop::collection::btree_map(".{0,8}", json(), 0..8);
    check(&(members, any::<u32>()), |(members, visits)| {
        const OURS: [&str; 12] = [
            "$",
            "userId",
            "visits",
            "cart",
            "address",
            "balance",
            "lang",
            "locale",
            "notice",
            "alerts",
            "currentUser",
            "current_user",
        ];
        let mut content: Map<String, Value> =
            members.into_iter().filter(|(name, _)| !OURS.contains(&name.as_str())).collect();
        // With all that a write would add.
        content.extend(
            ["cart", "balance"].map(str::to_owned).into_iter().zip([Value::from([0; 0]), 0.0.into()]),
        );
        content.insert("visits".to_owned(), visits.into());
        let text = Value::Object(content.clone()).to_string();

        let request = RequestSession::<AppSession>::new(options.clone());
        let mut session = request.handle([cookie(&clock, &text).as_str()]).unwrap();
        prop_assert_eq!(*session.visits(), visits);
        session.visits = visits.wrapping_add(1);
        drop(session);
        let commit = request.commit(200);
        prop_assume!(!commit.replace_response); // Too large for its cookies.
        let seal: String = commit
            .set_cookies
            .iter()
            .map(|line| SetCookie::parse(line))
            .filter(|line| !line.expires())
            .map(|line| line.value)
            .collect();
        content.insert("visits".to_owned(), visits.wrapping_add(1).into());
        prop_assert_eq!(unseal(&clock, &seal), Value::Object(content).to_string());
        Ok(())
    });
}

/// The events about a cookie that only a newer release can read.
const KEPT: &str = "session change discarded: only another release or build of this server can read the cookie, so it was not overwritten";

/// A payload that was damaged before it was sealed: by an older release, say.
#[test]
fn a_damaged_payload_costs_the_session_at_most() {
    let clock = clock();
    let options = options(&clock).build().unwrap();
    let good = format!(
        r#"{{"$":{{"t":3600}},"userId":"a\u00e4\ud83d\ude00","visits":7,"cart":[{{"sku":"x","quantity":1e0}}],"x":[1.5e3,null,true],"s":"{}"}}"#,
        noise(20)
    );
    check(&prop::collection::vec(edit(), 0..5), |edits| {
        let header = cookie(&clock, &apply(&good, &edits));
        read(&options, &header);

        let log = Log::capture();
        // The damage is kept, so the schema holds for the rest alone.
        let request = session::RequestSession::<AppSession>::new(options.check().unwrap());
        let mut session = request.handle([header.as_str()]).unwrap();
        session.set_language("de");
        session.push_alerts("a".to_owned());
        drop(session);
        let commit = request.commit(200);
        payloads::check::<AppSession>(&options, &header, &commit.set_cookies);
        let events = log.take();
        prop_assert!(!commit.replace_response);
        let Some(first) = commit.set_cookies.first() else {
            // What looks like a newer release's is kept, and the log tells.
            prop_assert!(events.iter().any(|event| event.message == KEPT), "{:?}", events);
            return Ok(());
        };
        let first = SetCookie::parse(first);
        let written: Map<String, Value> = serde_json::from_str(&unseal(&clock, &first.value)).unwrap();
        prop_assert_eq!(written.get("lang"), Some(&Value::from("de")));
        Ok(())
    });
}
