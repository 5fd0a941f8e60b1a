//! `RollingDeploy`, and what it finds.

use std::panic::{AssertUnwindSafe, catch_unwind};

use iron_session::IronSession;
use iron_session::testing::RollingDeploy;
use iron_session_tests::fixtures::{clock, options};

mod v1 {
    #[derive(iron_session::IronSession, Clone)]
    #[session(schema)]
    pub(super) struct AppSession {
        pub(super) user: Option<String>,
        pub(super) visits: u32,
    }
}

/// Adds a member.
#[derive(IronSession, Clone)]
#[session(schema, version = 2, untagged = 1, readable_by = 1)]
struct Additive {
    user: Option<String>,
    visits: u32,
    theme: Option<String>,
}

/// Renames one.
#[derive(IronSession, Clone)]
#[session(schema, version = 2, untagged = 1, previous = v1::AppSession)]
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
    let play = || deploy.play(&ada(), |_| {}, |session| session.visits += 1);
    let panic = catch_unwind(AssertUnwindSafe(play)).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert_eq!(message, "the Old server of visit 2 of [New, Old] can't read the session: newer_schema");
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
