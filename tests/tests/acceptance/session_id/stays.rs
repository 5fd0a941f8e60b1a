//! What happens to a session without changing its id and its time of issue.

use std::time::Duration;

use iron_session::clock::Clock as _;
use iron_session::{IronSession, Passwords, Session, SessionOptions};
use iron_session_tests::cases::check;
use iron_session_tests::fixtures::{OTHER_PASSWORD, PASSWORD, content, options, seal};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Account, Former, ID, Visitor, facts, look};

#[derive(IronSession, Clone)]
#[session(revocable, version = 2, previous = Former, untagged = 1)]
struct Renamed {
    name: Option<String>,
}

impl From<Former> for Renamed {
    fn from(former: Former) -> Self {
        Self { name: former.user }
    }
}

#[test]
fn neither_a_refresh_nor_a_rotation_changes_them() {
    let mut visitor = Visitor::new();
    let refreshes = options(&visitor.clock).idle_timeout(Duration::from_secs(600)).build().unwrap();
    visitor.visit_under(&refreshes, |session: &mut Session<Account>| session.set_user("ada"));
    let held = visitor.held();
    visitor.clock.advance(Duration::from_secs(400));
    assert!(visitor.visit_under(&refreshes, look));
    assert_eq!(visitor.held(), held);

    let rotated = Passwords::builder().password("1", PASSWORD).password("2", OTHER_PASSWORD).build().unwrap();
    let rotated = SessionOptions::builder("sid", rotated)
        .clock(visitor.clock.clone())
        .reseal_on_read()
        .build()
        .unwrap();
    assert!(visitor.visit_under(&rotated, look));
    assert!(visitor.jar.value("sid").unwrap().starts_with("Fe26.2*2*"));
    let mut seen = None;
    visitor.visit_under(&rotated, |session: &mut Session<Account>| seen = Some(facts(session)));
    assert_eq!(seen, Some(held));
}

/// During a deploy, servers of the former release are not revocable yet.
#[test]
fn a_server_that_is_not_revocable_keeps_them() {
    let mut visitor = Visitor::new();
    visitor.visit(|session: &mut Session<Account>| session.set_user("ada"));
    let held = visitor.held();

    visitor.visit(|session: &mut Session<Former>| session.visits += 1);
    assert_eq!(visitor.held(), held);
    visitor.visit(|session: &mut Session<Former>| {
        session.clear();
        session.visits += 1;
        assert_eq!(session.meta().id().map(|id| id.to_string()), Some(held.0.clone()));
    });
    assert_eq!(visitor.held(), held);

    // Its new session gets them from the first server that knows them.
    visitor.visit(|session: &mut Session<Former>| {
        session.restart();
        session.set_user("ada");
        assert_eq!((session.meta().id(), session.meta().issued_at()), (None, None));
    });
    assert_eq!(content(&visitor.clock, visitor.jar.value("sid").unwrap())["$"], Value::Null);
    let new = visitor.seen();
    assert_eq!(visitor.held(), new);
    assert_ne!(new.0, held.0);
}

#[test]
fn a_migration_keeps_them() {
    let mut visitor = Visitor::with(&format!(r#"{{"$":{{"iat":5,"id":"{ID}"}},"user":"ada","visits":1}}"#));
    visitor.visit(|session: &mut Session<Renamed>| session.set_name("eve"));
    assert_eq!(visitor.payload(), format!(r#"{{"$":{{"v":2,"iat":5,"id":"{ID}"}},"name":"eve"}}"#));
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Look,
    Visit,
    VisitAndSave,
    VisitTheFormerRelease,
    Clear,
    JavaScriptSaves,
    Restart,
    SignIn,
}

const ACTS: &[Act] = &[
    Act::Look,
    Act::Visit,
    Act::VisitAndSave,
    Act::VisitTheFormerRelease,
    Act::Clear,
    Act::JavaScriptSaves,
    Act::Restart,
    Act::SignIn,
];

impl Act {
    fn play(self, visitor: &mut Visitor) {
        if matches!(self, Self::JavaScriptSaves) {
            let mut session: Value = serde_json::from_str(&visitor.payload()).unwrap();
            session["theirs"] = json!(visitor.clock.now().as_unix_ms());
            let saved = seal(&visitor.clock, &session.to_string());
            visitor.jar.store(&format!("sid={saved}; Path=/"));
        } else if matches!(self, Self::VisitTheFormerRelease) {
            visitor.visit(|session: &mut Session<Former>| session.visits += 1);
        } else {
            visitor.visit(|session: &mut Session<Account>| self.handle(session));
        }
    }

    fn handle(self, session: &mut Session<Account>) {
        match self {
            Self::Look => return look(session),
            Self::VisitAndSave => {
                session.update(|session| session.visits += 1);
                session.save().unwrap();
            }
            Self::Clear => session.clear(),
            Self::Restart => session.restart(),
            Self::SignIn => session.sign_in("ada".to_owned()),
            Self::Visit | Self::VisitTheFormerRelease | Self::JavaScriptSaves => {}
        }
        session.visits += 1;
    }
}

#[test]
fn only_a_restart_changes_an_id() {
    check(&prop::collection::vec(prop::sample::select(ACTS), 1..12), |acts| {
        let mut visitor = Visitor::new();
        Act::Visit.play(&mut visitor);
        let mut held = visitor.held();
        for act in acts {
            visitor.clock.advance(Duration::from_secs(1));
            act.play(&mut visitor);
            let now = visitor.held();
            if matches!(act, Act::Restart | Act::SignIn) {
                prop_assert_ne!(&now.0, &held.0);
                prop_assert_eq!(now.1, visitor.clock.now().as_unix_ms() / 1000);
                held = now;
            } else {
                prop_assert_eq!(&now, &held, "{:?}", act);
            }
        }
        Ok(())
    });
}
