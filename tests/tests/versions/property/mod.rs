//! Any session, any order of old servers, new servers and a JavaScript server: what nobody
//! changed stays byte for byte, and what was changed is there.
//!
//! `pairs` has the structs, `values` what their fields hold, `written` what each server may do.

mod breaking;
mod javascript;
#[cfg(feature = "live")]
mod live;
mod pairs;
mod values;
mod written;

use iron_session::SessionOptions;
use iron_session::json_schema::HasJsonSchema;
use iron_session_tests::cases::check_share;
use iron_session_tests::fixtures::{clock, options};
use iron_session_tests::{Visitor, cookie_header};
use proptest::prelude::*;
use serde_json::Value;

use self::javascript::Modelled;
use self::pairs::Fields;
use self::values::Random;
use self::written::{Members, Passage};

/// A server that isn't ours.
pub(crate) trait Servers {
    /// Responds to a visitor with this payload, and returns the content of the cookie after that.
    fn javascript(&mut self, payload: &str, random: &mut Random) -> String;
}

#[derive(Clone, Copy, Debug)]
enum Visit {
    Old,
    New,
    JavaScript,
    /// One that looks, and changes nothing.
    OldLooks,
    NewLooks,
}

fn visits() -> impl Strategy<Value = Vec<(Visit, u64)>> {
    use Visit::{JavaScript, New, NewLooks, Old, OldLooks};
    let visit = prop_oneof![
        3 => Just(Old), 3 => Just(New), 2 => Just(JavaScript), 1 => Just(OldLooks), 1 => Just(NewLooks),
    ];
    prop::collection::vec((visit, any::<u64>()), 1..10)
}

fn play_modelled<Old: Fields, New: Fields>() {
    check_share(4, &(visits(), any::<u64>()), |(visits, seed)| {
        play::<Old, New>(&visits, seed, &mut Modelled::<Old>::default());
        Ok(())
    });
}

/// Plays a few visitors with other servers.
#[cfg(feature = "live")]
fn play_some<Old: Fields, New: Fields>(servers: &std::cell::RefCell<impl Servers>) {
    check_share(64, &(visits(), any::<u64>()), |(visits, seed)| {
        play::<Old, New>(&visits, seed, &mut *servers.borrow_mut());
        Ok(())
    });
}

/// Plays a visitor who comes with a session of the old release, or of the new one.
fn play<Old: Fields, New: Fields>(visits: &[(Visit, u64)], seed: u64, servers: &mut impl Servers) {
    let random = &mut Random::new(seed);
    let mut payload =
        if random.below(3) > 0 { encoding(&Old::any(random)) } else { encoding(&New::any(random)) };
    for (visit, seed) in visits {
        let random = &mut Random::new(*seed);
        payload = match visit {
            Visit::Old => rust(&payload, |session: &mut Old| session.change(random)),
            Visit::New => rust(&payload, |session: &mut New| session.change(random)),
            Visit::OldLooks => rust(&payload, |_: &mut Old| {}),
            Visit::NewLooks => rust(&payload, |_: &mut New| {}),
            Visit::JavaScript => servers.javascript(&payload, random),
        };
    }
}

/// Lets a server change a session, and checks what it wrote.
fn rust<T: HasJsonSchema>(received: &str, change: impl FnOnce(&mut T)) -> String {
    let before: T = super::read(received);
    let mut after = before.clone();
    change(&mut after);
    let [before, meant] = [&before, &after].map(encoding);
    if before == meant {
        return received.to_owned();
    }
    let (mut visitor, options, clock) = super::with_payload(received);
    visitor.visit::<T, _>(&options, |session| **session = after);
    let written = super::payload(&visitor, &clock);
    check_tag::<T>(received, &written);
    let [received, before, after, rest] = [received, &before, &meant, &written].map(without_tag);
    let passage = Passage { received: &received, before: &before, after: &after, written: &rest };
    passage.check_session(|name| T::canonical(name).unwrap_or(name).to_owned());
    assert_eq!(encoding(&super::read::<T>(&written)), meant, "{written}");
    written
}

/// Checks that the newer of two tags stays.
fn check_tag<T: HasJsonSchema>(received: &str, written: &str) {
    let tag = |text| Members::of(text).get("$").map(str::to_owned);
    let (version, oldest) = (T::SCHEMA.version(), T::SCHEMA.readable_by());
    let expected = match T::SCHEMA.is_tagged() {
        true if oldest < version => Some(format!(r#"{{"v":{version},"r":{oldest}}}"#)),
        true => Some(format!(r#"{{"v":{version}}}"#)),
        false => tag(received),
    };
    assert_eq!(tag(written), expected);
}

/// What a server writes of a session that began with it.
fn encoding<T: HasJsonSchema>(session: &T) -> String {
    let clock = clock();
    let options: SessionOptions = options(&clock).build().unwrap();
    super::payload(&Visitor::with_cookies(&cookie_header(&options, session)), &clock)
}

fn without_tag(payload: &str) -> String {
    let members = Members::of(payload).0.into_iter().filter(|(name, _)| name != "$");
    let members: Vec<_> = members.map(|(name, value)| format!("{}:{value}", Value::from(name))).collect();
    format!("{{{}}}", members.join(","))
}
