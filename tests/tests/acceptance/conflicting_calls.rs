//! Each call that conflicts with another handle of the same request, on the core alone.

use iron_session::Session;
use iron_session::error::SaveError;
use iron_session::session::Commit;
use iron_session_tests::fixtures::{ALL_NAMES, clock, cookie, options};
use iron_session_tests::{AppSession, Log, RequestSession};

use crate::line_above;

/// A request whose session holds `{"visits":7}`.
struct Fixture {
    request: RequestSession<AppSession>,
    header: String,
    log: Log,
}

impl Fixture {
    fn new() -> Self {
        let clock = clock();
        let request = RequestSession::new(options(&clock).build().unwrap());
        Self { request, header: cookie(&clock, r#"{"visits":7}"#), log: Log::capture() }
    }

    fn session(&self) -> Session<AppSession> {
        self.request.handle([self.header.as_str()]).unwrap()
    }

    /// Uses a handle while another one holds unpublished changes. `call` returns its place, which
    /// the log must name with that of the change.
    fn refused_beside_a_writer(&self, call: impl FnOnce(&mut Session<AppSession>) -> String) -> Commit {
        let (mut first, mut second) = (self.session(), self.session());
        first.set_visits(1);
        let writer = line_above();
        let caller = call(&mut second);
        drop((first, second));

        let (commit, line) = self.refused();
        assert!(line.contains(&writer) && line.contains(&caller), "{line}");
        commit
    }

    /// Commits, and returns the response with the log line of the conflict.
    #[track_caller]
    fn refused(&self) -> (Commit, String) {
        let commit = self.request.commit(200);
        assert!(commit.replace_response);
        (commit, self.log.take_one().to_string())
    }
}

#[test]
fn saving_beside_a_writer_is_an_error_that_save_tells() {
    let commit = Fixture::new().refused_beside_a_writer(|second| {
        let error = second.save().unwrap_err();
        let place = line_above();
        assert!(matches!(error, SaveError::Conflict(_)), "{error:?}");
        place
    });
    assert_eq!(commit.set_cookies, [""; 0]);
}

#[test]
fn updating_beside_a_writer_is_an_error() {
    let commit = Fixture::new().refused_beside_a_writer(|second| {
        second.update(|s| s.set_visits(2));
        line_above()
    });
    assert_eq!(commit.set_cookies, [""; 0]);
}

#[test]
fn destroying_beside_a_writer_is_an_error_but_ends_the_session() {
    let commit = Fixture::new().refused_beside_a_writer(|second| {
        second.destroy();
        line_above()
    });
    assert_eq!(commit.set_cookies.len(), ALL_NAMES.len());
}

#[test]
fn extracting_beside_a_writer_is_an_error_that_names_both_places() {
    let fixture = Fixture::new();
    let mut first = fixture.session();
    first.set_visits(1);
    let writer = line_above();
    let error = fixture.request.handle([fixture.header.as_str()]).unwrap_err();
    let extractor = line_above();
    assert!(error.to_string().contains(&writer), "{error}");
    drop(first);

    let (commit, line) = fixture.refused();
    assert_eq!(commit.set_cookies, [""; 0]);
    assert!(line.contains(&writer) && line.contains(&extractor), "{line}");
}

#[test]
fn every_way_of_writing_beside_a_writer_is_an_error() {
    type Write = fn(&mut Session<AppSession>);
    let ways: [(&str, Write); 5] = [
        ("a field", |s| s.visits = 2),
        ("an accessor", |s| s.cart_mut().clear()),
        ("clear", |s| s.clear()),
        ("restart", |s| s.restart()),
        ("cookie settings", |s| s.cookie().until_browser_closes()),
    ];
    for (way, write) in ways {
        let fixture = Fixture::new();
        let (mut first, mut second) = (fixture.session(), fixture.session());
        first.set_visits(1);
        write(&mut second);
        drop(second);
        drop(first);

        let commit = fixture.request.commit(200);
        assert!(commit.replace_response, "{way}");
        assert_eq!(commit.set_cookies, [""; 0], "{way}");
    }
}

#[test]
fn every_way_of_writing_what_was_read_before_is_an_error() {
    type Write = fn(&mut Session<AppSession>);
    let ways: [(&str, Write); 4] = [
        ("a field", |s| s.visits = 2),
        ("clear", |s| s.clear()),
        ("restart", |s| s.restart()),
        ("cookie settings", |s| s.cookie().until_browser_closes()),
    ];
    for (way, write) in ways {
        let fixture = Fixture::new();
        let (mut first, mut second) = (fixture.session(), fixture.session());
        assert_eq!(*second.visits(), 7);
        first.update(|s| s.set_visits(1));
        write(&mut second);
        drop((first, second));

        let (commit, line) = fixture.refused();
        assert_eq!(commit.set_cookies, [""; 0], "{way}");
        assert!(line.contains("session.reload()"), "{way}: {line}");
    }
}

#[test]
fn a_handle_that_wrote_last_is_not_stale() {
    let fixture = Fixture::new();
    let (mut first, mut second) = (fixture.session(), fixture.session());
    first.visits += 1;
    first.save().unwrap();
    first.visits += 1;
    first.update(|s| s.set_visits(s.visits() + 1));
    first.visits += 1;
    drop(first);
    // This one has read nothing yet.
    second.visits += 1;
    drop(second);
    assert_eq!(*fixture.session().visits(), 12);
    assert!(!fixture.request.commit(200).replace_response);
    fixture.log.assert_silent();
}

#[test]
fn using_another_handle_inside_update_is_an_error_not_a_deadlock() {
    let fixture = Fixture::new();
    let (mut first, mut second) = (fixture.session(), fixture.session());
    let mut place = String::new();
    first.update(|s| {
        second.set_visits(2);
        place = line_above();
        assert_eq!(*second.visits(), 2, "the scratch copy");
        assert!(second.save().is_err());
        assert!(fixture.request.handle([""; 0]).is_err());
        s.set_visits(1);
    });
    drop((first, second));

    let (commit, line) = fixture.refused();
    assert_eq!(commit.set_cookies, [""; 0]);
    assert!(line.contains(&place) && line.contains("update"), "{line}");
}

#[test]
fn the_first_mistake_is_the_one_that_is_told() {
    let fixture = Fixture::new();
    let (mut first, second) = (fixture.session(), fixture.session());
    first.set_visits(1);
    let _ = second.visits();
    let reader = line_above();
    let _ = fixture.request.handle([""; 0]).unwrap_err();
    drop((first, second));
    let (_, line) = fixture.refused();
    assert!(line.contains(&reader), "{line}");
}
