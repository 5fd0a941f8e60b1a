//! Tests that a team runs before it deploys.

use deploy::session::{ShopSession, v1, v2, v3};
use iron_session::testing::{RollingDeploy, Visitor, cookie_header};
use iron_session::{Passwords, SessionOptions};

fn options() -> SessionOptions {
    let passwords = Passwords::new("kX2vQ9mZ4tR7wL1pB6nH3sJ8dF5gY0cA").unwrap();
    SessionOptions::builder("app_session", passwords).build().unwrap()
}

fn ada() -> v1::AppSession {
    let mut session = v1::AppSession::default();
    session.name_user("Ada".to_owned());
    session.add("ink");
    session
}

#[test]
fn from_the_first_release_to_the_second() {
    RollingDeploy::<v1::AppSession, v2::AppSession>::new(options()).play(
        &ada(),
        |session| {
            assert_eq!(session.user(), Some("Ada"));
            session.add("ink");
        },
        |session| {
            assert_eq!(session.user(), Some("Ada"));
            session.add("ink");
            session.wrap("ink");
            session.choose_colours("dark");
        },
    );
}

#[test]
fn what_the_second_release_added_survives_the_first() {
    let mut visitor = Visitor::with_cookies(&cookie_header(&options(), &ada()));
    visitor.visit::<v2::AppSession, _>(&options(), |session| {
        session.wrap("ink");
        session.choose_colours("dark");
    });
    visitor.visit::<v1::AppSession, _>(&options(), |session| session.add("ink"));
    visitor.visit::<v2::AppSession, _>(&options(), |session| {
        assert_eq!(session.lines(), [("ink", 2, true)]);
        assert_eq!(session.colours(), Some("dark"));
    });
}

#[test]
fn from_the_second_release_to_the_third() {
    let old = v2::AppSession { theme: Some("dark".to_owned()), ..v2::AppSession::default() };
    RollingDeploy::<v2::AppSession, v3::AppSession>::new(options()).old_may_miss().play(
        &old,
        |session| session.add("ink"),
        |session| {
            assert_eq!(session.colours(), Some("dark"));
            session.add("nib");
        },
    );
}

#[test]
fn a_cookie_of_the_first_release_is_read_by_the_third() {
    let mut visitor = Visitor::with_cookies(&cookie_header(&options(), &ada()));
    visitor.visit::<v3::AppSession, _>(&options(), |session| {
        assert_eq!((session.user(), session.lines()), (Some("Ada"), vec![("ink", 1, false)]));
    });
}
