//! A new session gets a new id and a new time of issue, and each of them once.

use std::time::Duration;

use iron_session::Session;
use iron_session::error::SaveError;
use iron_session_tests::fixtures::options;

use super::{Account, Former, ID, ISSUED_SECS, Visitor, facts, secs};

#[test]
fn clear_keeps_them_and_restart_makes_new_ones() {
    let mut visitor = Visitor::new();
    visitor.visit(|session: &mut Session<Account>| session.visits += 1);
    let first = visitor.held();

    visitor.clock.advance(Duration::from_secs(60));
    visitor.visit(|session: &mut Session<Account>| {
        session.clear();
        session.visits += 1;
        assert_eq!(facts(session), first);
    });
    assert_eq!(visitor.held(), first);

    let mut second = None;
    visitor.visit(|session: &mut Session<Account>| {
        session.restart();
        session.visits += 1;
        second = Some(facts(session));
    });
    let second = second.unwrap();
    assert_eq!(visitor.held(), second);
    assert_eq!(second.1, ISSUED_SECS + 60);
    assert_ne!(second.0, first.0);
}

/// A handler logs the id next to the sign-in, before anything is published.
#[test]
fn a_handler_learns_the_new_id_at_once() {
    let mut visitor = Visitor::with(&format!(r#"{{"$":{{"t":60,"iat":5,"id":"{ID}"}},"visits":1}}"#));
    let mut held = None;
    visitor.visit(|session: &mut Session<Account>| {
        let kept = session.meta();
        let old = facts(session);
        assert_eq!((old.0.as_str(), old.1, kept.is_new()), (ID, 5, false));

        session.sign_in("ada".to_owned());
        let new = facts(session);
        assert_ne!(new.0, old.0);
        assert_eq!((new.1, session.meta().is_new(), session.meta().lifetime()), (ISSUED_SECS, true, None));
        assert_eq!(kept.id(), session.meta().id(), "also from a value that was kept");
        session.update(|_| assert_eq!(kept.id().unwrap().to_string(), new.0));
        assert_eq!(facts(session), new);

        // Every restart makes a new session.
        session.restart();
        let newer = facts(session);
        assert_ne!(newer.0, new.0);
        session.discard();
        assert_eq!(facts(session), old, "the restart is undone");

        session.sign_in("ada".to_owned());
        session.save().unwrap();
        let saved = facts(session);
        assert!(saved.0 != new.0 && saved.0 != newer.0);
        session.restart();
        session.discard();
        assert_eq!(facts(session), saved);
        held = Some(saved);
    });
    assert_eq!(Some(visitor.held()), held);

    visitor.visit(|session: &mut Session<Account>| {
        session.destroy();
        assert_eq!((session.meta().id(), session.meta().issued_at()), (None, None));
    });
    assert_eq!(visitor.jar.names(), [""; 0]);
}

#[test]
fn a_request_writes_one_id_however_often_it_encodes() {
    for restarts in [false, true] {
        let mut visitor = Visitor::new();
        let mut seen = None;
        let clock = visitor.clock.clone();
        visitor.visit(|session: &mut Session<Account>| {
            if restarts {
                session.restart();
            }
            session.set_user("ada");
            let too_large = "x".repeat(5000);
            session.save().unwrap();
            seen = Some(facts(session));
            clock.advance(Duration::from_secs(5));
            session.set_note(too_large);
            let error = session.save().unwrap_err();
            assert!(matches!(error, SaveError::TooLarge { .. }), "{error}");
            session.set_note("short");
            session.save().unwrap();
            session.update(|session| session.visits += 1);
            assert_eq!(seen, Some(facts(session)));
        });
        assert_eq!(seen, Some(visitor.held()));
        assert_eq!(visitor.held().1, ISSUED_SECS);
    }
}

/// The request can't write the session of a newer release, so no id is the session's.
#[test]
fn a_session_that_only_a_newer_release_reads_shows_no_id() {
    let payload = format!(r#"{{"$":{{"v":2,"iat":5,"id":"{ID}"}},"user":"ada"}}"#);
    let mut visitor = Visitor::with(&payload);
    assert!(!visitor.visit(|session: &mut Session<Account>| assert_eq!(session.meta().id(), None)));
    assert_eq!(visitor.payload(), payload);
    let mut seen = None;
    visitor.visit(|session: &mut Session<Account>| {
        session.sign_in("eve".to_owned());
        seen = Some(facts(session));
    });
    assert_eq!(seen, Some(visitor.held()));
}

/// A time of issue that a handler can log under an absolute timeout as well.
#[test]
fn an_absolute_timeout_alone_makes_a_time_of_issue_once() {
    let mut visitor = Visitor::new();
    let timeout = options(&visitor.clock).absolute_timeout(Duration::from_secs(600)).build().unwrap();
    let clock = visitor.clock.clone();
    visitor.visit_under(&timeout, |session: &mut Session<Former>| {
        assert_eq!((session.meta().id(), secs(session.meta().issued_at())), (None, Some(ISSUED_SECS)));
        clock.advance(Duration::from_secs(7));
        session.visits += 1;
    });
    assert_eq!(visitor.payload(), format!(r#"{{"$":{{"iat":{ISSUED_SECS}}},"visits":1}}"#));
}
