//! Members that a request did not change are written back as they were received.

use iron_session::__vectors;
use iron_session::json_schema::HasJsonSchema;
use iron_session::{Session, Untyped};
use iron_session_tests::fixtures::{clock, cookie, known_salts, options, seal, unseal};
use iron_session_tests::message::SetCookie;
use iron_session_tests::site::ok;
use iron_session_tests::{
    AppSession, CartItem, Framework, RequestSession, Shop, on_every_framework, payloads,
};

on_every_framework![members_of_other_programs_survive_a_conversation];

async fn members_of_other_programs_survive_a_conversation(framework: Framework) {
    let clock = clock();
    let site = Shop::new(options(&clock))
        .route("/", |mut session| async move {
            session.visits += 1;
            session.cart_mut().push(CartItem { sku: "b".to_owned(), quantity: 2 });
            ok()
        })
        .route("/back", |mut session| async move {
            session.visits -= 1;
            session.cart_mut().pop();
            ok()
        });
    let mut browser = framework.browse(site, &clock).await;
    let theirs =
        r#"{"theirs":{"n":1e2},"visits":1,"cart":[{"sku":"a","color":"red","quantity":1}],"balance":0}"#;
    browser.jar.store(&cookie(&clock, theirs));

    browser.get("/").await;
    assert_eq!(
        unseal(&clock, browser.jar.value("sid").unwrap()),
        r#"{"theirs":{"n":1e2},"visits":2,"cart":[{"sku":"a","color":"red","quantity":1},{"sku":"b","quantity":2}],"balance":0}"#
    );
    browser.get("/back").await;
    assert_eq!(unseal(&clock, browser.jar.value("sid").unwrap()), theirs);
}

/// What the response seals when a request changes a received payload; `None` when
/// it seals nothing.
fn rewritten<T: HasJsonSchema>(received: &str, change: impl FnOnce(&mut Session<T>)) -> Option<SetCookie> {
    let clock = clock();
    let request = RequestSession::<T>::new(options(&clock).build().unwrap());
    let header = cookie(&clock, received);
    let mut session = request.handle([header.as_str()]).unwrap();
    change(&mut session);
    drop(session);
    let commit = __vectors::commit(&request, 200, &known_salts());
    payloads::check::<T>(request.options(), &header, &commit.set_cookies);
    assert!(!commit.replace_response);
    commit.set_cookies.first().map(|line| SetCookie::parse(line))
}

/// Byte for byte: the seals are compared, which have the same salts. Defaults that `expected` lacks
/// are at the end.
#[track_caller]
fn assert_rewritten(received: &str, change: impl FnOnce(&mut Session<AppSession>), expected: &str) {
    let clock = clock();
    let mut expected = expected.strip_suffix('}').expect("an object").to_owned();
    for (name, default) in [("visits", "0"), ("cart", "[]"), ("balance", "0.0")] {
        if !expected.contains(&format!(r#""{name}":"#)) {
            expected.extend([",\"", name, "\":", default]);
        }
    }
    expected.push('}');
    let written = rewritten(received, change).expect("a change");
    let text = unseal(&clock, &written.value);
    assert_eq!(written.value, seal(&clock, &expected), "{text}\nshould be {expected}");
}

#[track_caller]
fn assert_unchanged(received: &str, change: impl FnOnce(&mut Session<AppSession>)) {
    assert_eq!(rewritten(received, change), None);
}

fn visit(session: &mut Session<AppSession>) {
    session.visits += 1;
}

#[test]
fn members_the_struct_does_not_know() {
    assert_rewritten(
        r#"{"a":{"x":[1,{"y":null}]},"visits":1,"z":"…","":0}"#,
        visit,
        r#"{"a":{"x":[1,{"y":null}]},"visits":2,"z":"…","":0}"#,
    );
}

#[test]
fn members_a_fields_type_does_not_know() {
    assert_rewritten(
        r#"{"address":{"zip":"50010","street":"Main","city":"Ames","geo":{"lat":42.0}}}"#,
        |s| s.address.as_mut().unwrap().city = "Des Moines".to_owned(),
        r#"{"address":{"zip":"50010","street":"Main","city":"Des Moines","geo":{"lat":42.0}}}"#,
    );
}

#[test]
fn members_of_an_element_that_changed() {
    assert_rewritten(
        r#"{"cart":[{"sku":"a","quantity":1,"color":"red"},{"quantity":2,"sku":"b","color":"blue"}]}"#,
        |s| s.cart_mut()[1].quantity = 3,
        r#"{"cart":[{"sku":"a","quantity":1,"color":"red"},{"quantity":3,"sku":"b","color":"blue"}]}"#,
    );
}

#[test]
fn members_of_elements_that_others_were_removed_from() {
    assert_rewritten(
        r#"{"cart":[{"sku":"a","quantity":1,"color":"red"},{"quantity":2,"sku":"b","color":"blue"}]}"#,
        |s| drop(s.cart_mut().remove(0)),
        r#"{"cart":[{"quantity":2,"sku":"b","color":"blue"}]}"#,
    );
}

#[test]
fn numbers_as_javascript_spelled_them() {
    assert_rewritten(
        r#"{"balance":1e2,"visits":1,"n":[1.0,-0,1E+2,123456789012345678901234567890,0.10]}"#,
        visit,
        r#"{"balance":1e2,"visits":2,"n":[1.0,-0,1E+2,123456789012345678901234567890,0.10]}"#,
    );
    assert_unchanged(r#"{"balance":1e2,"visits":0,"cart":[]}"#, |s| {
        assert!((s.balance - 100.0).abs() < f64::EPSILON);
        s.balance = 100.0;
    });
}

#[test]
fn half_of_a_surrogate_pair() {
    assert_rewritten(
        r#"{"userId":"cut \ud83d","visits":1,"theirs":"\udc00\ud83d\ude00"}"#,
        |s| {
            assert_eq!(s.user_id(), Some("cut \u{fffd}"));
            visit(s);
        },
        r#"{"userId":"cut \ud83d","visits":2,"theirs":"\udc00\ud83d\ude00"}"#,
    );
}

#[test]
fn half_of_a_surrogate_pair_beside_a_change_in_the_same_member() {
    assert_rewritten(
        r#"{"cart":[{"sku":"\ud83d","quantity":1}]}"#,
        |s| s.cart_mut()[0].quantity = 2,
        r#"{"cart":[{"sku":"\ud83d","quantity":2}]}"#,
    );
}

#[test]
fn white_space_inside_and_escapes() {
    assert_rewritten(
        "{ \"visits\" : 1 ,\n \"\\u0061\" : [ 1 , 2 ] , \"userId\":\"\\u0061\\/\"}",
        |s| {
            assert_eq!(s.user_id(), Some("a/"));
            visit(s);
        },
        "{\"visits\":2,\"\\u0061\":[ 1 , 2 ],\"userId\":\"\\u0061\\/\"}",
    );
}

#[test]
fn names_are_unescaped_before_they_are_matched() {
    assert_rewritten(r#"{"\u0076isits":1,"userId":"ada"}"#, visit, r#"{"visits":2,"userId":"ada"}"#);
}

#[test]
fn of_duplicates_the_last_wins() {
    assert_unchanged(r#"{"visits":1,"visits":2}"#, |s| assert_eq!(*s.visits(), 2));
    assert_rewritten(r#"{"visits":1,"a":1,"\u0076isits":2,"a":2}"#, visit, r#"{"visits":3,"a":2}"#);
}

#[test]
fn null_reads_as_absent() {
    assert_rewritten(
        r#"{"userId":null,"visits":null,"balance":null}"#,
        |s| {
            assert_eq!((s.user_id(), *s.visits()), (None, 0));
            visit(s);
        },
        r#"{"userId":null,"visits":1,"balance":0.0}"#,
    );
}

#[test]
fn a_default_is_added() {
    let expected = r#"{"theirs":1,"visits":1,"cart":[],"balance":0.0}"#;
    assert_rewritten(r#"{"theirs":1}"#, visit, expected);
    assert_unchanged(r#"{"theirs":1}"#, |s| assert_eq!(*s.visits(), 0));
}

#[test]
fn an_alias_stays_until_its_field_changes() {
    assert_rewritten(
        r#"{"locale":"de","visits":1}"#,
        |s| {
            assert_eq!(s.language(), Some("de"));
            visit(s);
        },
        r#"{"locale":"de","visits":2}"#,
    );
    assert_rewritten(
        r#"{"locale":"de","visits":1}"#,
        |s| s.set_language("en"),
        r#"{"lang":"en","visits":1}"#,
    );
    assert_rewritten(r#"{"locale":"de","lang":"fr"}"#, |s| s.set_language("en"), r#"{"lang":"en"}"#);
    assert_rewritten(r#"{"locale":"de","visits":1}"#, |s| s.clear_language(), r#"{"visits":1}"#);
}

#[test]
fn a_byte_order_mark_is_skipped() {
    assert_rewritten("\u{feff}{\"visits\":1,\"a\":1}", visit, r#"{"visits":2,"a":1}"#);
}

#[test]
fn metadata_of_others_and_a_dollar_that_is_no_metadata() {
    assert_rewritten(r#"{"visits":1,"$":{"x":[1e2]}}"#, visit, r#"{"$":{"x":[1e2]},"visits":2}"#);
    assert_rewritten(r#"{"$":"jQuery","visits":1}"#, visit, r#"{"$":"jQuery","visits":2}"#);
}

#[test]
fn what_is_left_out() {
    assert_rewritten(
        r#"{"userId":"ada","notice":"once","visits":1}"#,
        |s| {
            s.clear_user_id();
            s.take_notice();
        },
        r#"{"visits":1}"#,
    );
}

#[test]
fn only_what_others_know_keeps_a_session_alive() {
    assert_rewritten(r#"{"visits":1,"theirs":1}"#, |s| s.set_visits(0), r#"{"visits":0,"theirs":1}"#);
    assert_rewritten(r#"{"userId":"ada","theirs":1}"#, |s| s.clear_user_id(), r#"{"theirs":1}"#);
    for metadata in [r#""JS's own""#, r#"{"theirs":{}}"#, "[1e0]"] {
        assert_rewritten(
            &format!(r#"{{"$":{metadata},"userId":"ada"}}"#),
            |s| s.clear_user_id(),
            &format!(r#"{{"$":{metadata}}}"#),
        );
    }
    let written = rewritten::<AppSession>(r#"{"$":{"t":60},"userId":"ada"}"#, |s| s.clear_user_id());
    assert!(written.unwrap().expires(), "a lifetime alone is no session");
    let written =
        rewritten::<AppSession>(r#"{"$":{"iat":5,"id":"AAAAAAAAAAAAAAAAAAAAAA"},"userId":"ada"}"#, |s| {
            s.clear_user_id();
        });
    assert!(written.unwrap().expires(), "an id and a time of issue alone are no session");
}

/// `NOW_MS` is 1,763,650,000 s.
#[test]
fn metadata_is_kept_and_written_in_its_order() {
    let lifetime = |session: &mut Session<AppSession>| session.cookie().until_browser_closes();
    let id = "AAAAAAAAAAAAAAAAAAAAAA";
    assert_rewritten(
        &format!(r#"{{"$":{{"id":"{id}","theirs":1,"iat":1763640000}},"userId":"ada"}}"#),
        lifetime,
        &format!(r#"{{"$":{{"t":0,"iat":1763640000,"id":"{id}","theirs":1}},"userId":"ada"}}"#),
    );
    // A time may be 240 s ahead. What is later than that, or nothing of ours, counts as missing.
    assert_rewritten(
        r#"{"$":{"iat":1763650240},"userId":"ada"}"#,
        lifetime,
        r#"{"$":{"t":0,"iat":1763650240},"userId":"ada"}"#,
    );
    for metadata in
        [r#""iat":1763650241"#, r#""iat":1763650000000"#, r#""iat":"x""#, r#""id":"short""#, r#""id":[]"#]
    {
        assert_rewritten(
            &format!(r#"{{"$":{{{metadata}}},"userId":"ada"}}"#),
            lifetime,
            r#"{"$":{"t":0},"userId":"ada"}"#,
        );
    }
    // A time of issue in the future does not stay, because it would count once it has passed.
    for (metadata, rest) in [("", ""), (r#","x":1"#, r#""$":{"x":1},"#)] {
        assert_rewritten(
            &format!(r#"{{"$":{{"iat":1763650241{metadata}}},"visits":1}}"#),
            visit,
            &format!(r#"{{{rest}"visits":2}}"#),
        );
    }
    assert_rewritten(
        r#"{"$":{"iat":1763650240},"visits":1}"#,
        visit,
        r#"{"$":{"iat":1763650240},"visits":2}"#,
    );
    // An emptied session is no younger; a new one is.
    let received = format!(r#"{{"$":{{"iat":5,"id":"{id}"}},"userId":"ada"}}"#);
    let content = |change: fn(&mut Session<AppSession>)| {
        unseal(&clock(), &rewritten(&received, change).expect("a change").value)
    };
    let cleared = content(|s| {
        s.clear();
        s.set_visits(1);
    });
    assert!(cleared.starts_with(&format!(r#"{{"$":{{"iat":5,"id":"{id}"}},"#)), "{cleared}");
    let restarted = content(|s| {
        s.restart();
        s.set_visits(1);
    });
    assert!(restarted.starts_with(r#"{"visits":1"#), "{restarted}");
}

#[test]
fn members_of_an_untyped_session() {
    let written = rewritten::<Untyped>(r#"{"a":1e2,"b":{"x":1.0,"n":1},"c":"\ud83d"}"#, |s| {
        s.insert("b", &serde_json::json!({"n": 2, "x": 1.0})).unwrap();
    });
    let expected = r#"{"a":1e2,"b":{"x":1.0,"n":2},"c":"\ud83d"}"#;
    assert_eq!(written.unwrap().value, seal(&clock(), expected));
}
