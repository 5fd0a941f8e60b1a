//! `RollingDeploy`, and what it finds.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use iron_session::IronSession;
use iron_session::testing::RollingDeploy;
use iron_session_tests::fixtures::{clock, options};

mod v1 {
    #[derive(iron_session::IronSession, Clone)]
    #[session(json_schema)]
    pub(super) struct AppSession {
        pub(super) user: Option<String>,
        pub(super) visits: u32,
    }
}

/// Adds a member.
#[derive(IronSession, Clone)]
#[session(json_schema, version = 2, untagged = 1, readable_by = 1)]
struct Additive {
    user: Option<String>,
    visits: u32,
    theme: Option<String>,
}

/// Renames one.
#[derive(IronSession, Clone)]
#[session(json_schema, version = 2, untagged = 1, previous = v1::AppSession)]
struct Breaking {
    account: Option<String>,
    visits: u32,
}

impl From<v1::AppSession> for Breaking {
    fn from(old: v1::AppSession) -> Self {
        Self { account: old.user, visits: old.visits }
    }
}

fn ada() -> v1::AppSession {
    v1::AppSession { user: Some("ada".to_owned()), visits: 1 }
}

#[test]
fn an_additive_deploy_loses_nothing() {
    let mut played = 0;
    RollingDeploy::<v1::AppSession, Additive>::new(options(&clock()).build().unwrap()).play(
        &ada(),
        |session| {
            assert_eq!(session.user(), Some("ada"));
            assert!(session.visits >= 1);
            session.visits += 1;
        },
        |session| {
            played += 1;
            assert_eq!(session.user(), Some("ada"));
            assert!(session.visits >= 1);
            if session.visits == 1 {
                session.set_theme("dark");
            }
            session.visits += 1;
        },
    );
    // Of 2 + 4·2 + 8·3 + 16·4 visits the half.
    assert_eq!(played, 49);
}

#[test]
fn a_breaking_deploy_is_found_out() {
    let deploy = RollingDeploy::<v1::AppSession, Breaking>::new(options(&clock()).build().unwrap());
    let message = panics(|| deploy.play(&ada(), |_| {}, |session| session.visits += 1));
    assert_eq!(
        message,
        "the Old server of visit 2 of [New, Old] can't read the session: newer_schema\n\
         if `Breaking` only adds members, add `#[session(readable_by = 1)]` to it; if old servers may treat the \
         visitor as signed out until they are gone, call `old_may_miss()` before `play`"
    );
}

/// What a test fails with.
fn panics(play: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(play)).unwrap_err();
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap()
}

/// An assertion fails first where the session can't be read: it must not hide where, and why.
#[test]
fn a_handler_that_panics_tells_the_order_and_the_cure() {
    let deploy = || RollingDeploy::<v1::AppSession, Breaking>::new(options(&clock()).build().unwrap());
    let old = |session: &mut iron_session::Session<v1::AppSession>| assert_eq!(session.user(), Some("ada"));
    let new = |session: &mut iron_session::Session<Breaking>| session.visits += 1;

    let message = panics(|| deploy().play(&ada(), old, new));
    let start = "the Old server of visit 2 of [New, Old] panicked: assertion `left == right` failed";
    assert!(message.starts_with(start) && message.contains("right: Some(\"ada\")"), "{message}");
    assert!(message.contains("\nit can't read the session: newer_schema\n"), "{message}");
    assert!(message.contains("readable_by = 1") && message.contains("`old_may_miss()`"), "{message}");

    let message = panics(|| deploy().old_may_miss().play(&ada(), old, new));
    assert!(message.starts_with(start), "{message}");
    assert!(
        message.ends_with("which `old_may_miss` allows, so its handler must expect an empty session"),
        "{message}"
    );

    let message = panics(|| deploy().play(&ada(), |_| {}, |_| panic!("no more")));
    assert_eq!(message, "the New server of visit 1 of [New] panicked: no more");
    let message = panics(|| deploy().play(&ada(), |_| {}, |_| std::panic::panic_any(1)));
    assert!(message.ends_with("panicked: with a payload that is not text"), "{message}");
    let message = panics(|| {
        deploy().play(
            &ada(),
            |session| {
                session.destroy();
                session.visits += 1;
            },
            |_| {},
        );
    });
    assert!(
        message.starts_with("the Old server of visit 1 of [Old] panicked: the response is a 500"),
        "{message}"
    );
}

/// A member of another type, without a version.
#[test]
fn a_member_of_another_type_is_told_with_the_cure() {
    #[derive(IronSession, Clone)]
    struct Other {
        user: Option<u64>,
    }

    let deploy = RollingDeploy::<v1::AppSession, Other>::new(options(&clock()).build().unwrap());
    let message = panics(|| deploy.play(&ada(), |_| {}, |session| assert_eq!(session.user(), Some(&1))));
    assert!(
        message.contains("it can't read the session: undecodable\nadd `previous = …` to `Other`"),
        "{message}"
    );
}

#[test]
fn a_breaking_deploy_logs_nobody_out_for_good() {
    let deploy = RollingDeploy::<v1::AppSession, Breaking>::new(options(&clock()).build().unwrap());
    deploy.old_may_miss().play(
        &ada(),
        // In an empty session it counts as well, and must not take the place of what is there.
        |session| session.visits += 1,
        |session| {
            assert_eq!(session.account(), Some("ada"));
            session.visits += 1;
        },
    );
}

/// The three releases of a renamed member: as it was, under both names while the old one is
/// written, and under both while the new one is.
mod renamed {
    #[derive(iron_session::IronSession, Clone)]
    pub(super) struct Before {
        pub(super) user: Option<String>,
        pub(super) visits: u32,
    }

    #[derive(iron_session::IronSession, Clone)]
    pub(super) struct Between {
        #[session(rename = "user", alias = "account")]
        pub(super) account: Option<String>,
        pub(super) visits: u32,
    }

    #[derive(iron_session::IronSession, Clone)]
    pub(super) struct After {
        #[session(alias = "user")]
        pub(super) account: Option<String>,
        pub(super) visits: u32,
    }
}

/// Checks at each visit that the other releases' logins and logouts have arrived, and makes the next one.
fn sign_in_and_out(visits: &mut u32, user: &mut Option<String>, expected: &Cell<Option<u32>>) {
    // Each order begins with Ada, at her first visit.
    let before = if *visits == 0 { None } else { expected.get() };
    let name = before.map_or_else(|| "ada".to_owned(), |number| format!("user{number}"));
    let is_out = before == Some(0);
    assert_eq!(user.as_deref(), (!is_out).then_some(name.as_str()), "after {visits} visits");
    *visits += 1;
    expected.set(Some(if is_out { *visits } else { 0 }));
    *user = is_out.then(|| format!("user{visits}"));
}

macro_rules! play_rename {
    ($old:ident $from:ident, $new:ident $to:ident) => {{
        let expected = Cell::new(None);
        RollingDeploy::<renamed::$old, renamed::$new>::new(options(&clock()).build().unwrap()).play(
            &renamed::$old { $from: Some("ada".to_owned()), visits: 0 },
            |session| {
                let session: &mut renamed::$old = session;
                sign_in_and_out(&mut session.visits, &mut session.$from, &expected);
            },
            |session| {
                let session: &mut renamed::$new = session;
                sign_in_and_out(&mut session.visits, &mut session.$to, &expected);
            },
        );
    }};
}

#[test]
fn a_member_renamed_in_two_deploys_loses_no_login_and_no_logout() {
    play_rename!(Before user, Between account);
    play_rename!(Between account, After account);
}

/// Why the guide asks for two.
#[test]
fn a_member_renamed_in_one_deploy_is_not_seen_by_older_servers() {
    let message = panics(|| play_rename!(Before user, After account));
    assert!(message.starts_with("the "), "{message}");
    assert!(message.contains("panicked: assertion `left == right` failed: after "), "{message}");
}

/// Reads a number and its text; each release writes one of them.
mod either {
    #![expect(clippy::trivially_copy_pass_by_ref, reason = "as `with` calls it")]

    use serde::{Deserialize, Deserializer};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u64),
        Text(String),
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        match Either::deserialize(deserializer)? {
            Either::Number(number) => Ok(number),
            Either::Text(text) => text.parse().map_err(serde::de::Error::custom),
        }
    }

    pub(super) mod as_number {
        pub(in super::super) use super::deserialize;

        pub(in super::super) fn serialize<S: serde::Serializer>(
            number: &u64,
            to: S,
        ) -> Result<S::Ok, S::Error> {
            to.serialize_u64(*number)
        }
    }

    pub(super) mod as_text {
        pub(in super::super) use super::deserialize;

        pub(in super::super) fn serialize<S: serde::Serializer>(
            number: &u64,
            to: S,
        ) -> Result<S::Ok, S::Error> {
            to.collect_str(number)
        }
    }
}

#[test]
fn another_form_in_two_deploys_loses_nothing() {
    #[derive(IronSession, Clone)]
    struct Before {
        visits: u64,
    }

    #[derive(IronSession, Clone)]
    struct Between {
        #[session(with = "either::as_number")]
        visits: u64,
    }

    #[derive(IronSession, Clone)]
    struct After {
        #[session(with = "either::as_text")]
        visits: u64,
    }

    let visits = Cell::new(1);
    let count = |found: &mut u64| {
        assert!(*found == 1 || *found == visits.get(), "{found} of {}", visits.get());
        *found += 1;
        visits.set(*found);
    };
    let options = options(&clock()).build().unwrap();
    RollingDeploy::<Before, Between>::new(options.clone()).play(
        &Before { visits: 1 },
        |session| count(&mut session.visits),
        |session| count(&mut session.visits),
    );
    RollingDeploy::<Between, After>::new(options).play(
        &Between { visits: 1 },
        |session| count(&mut session.visits),
        |session| count(&mut session.visits),
    );
}
