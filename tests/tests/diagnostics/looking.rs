//! Hooks and subscribers of `tracing` may look at the session whose news they get: it
//! is not locked then. Each test has a limit, since the fault is that it hangs.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use iron_session::options::OnSaveError;
use iron_session::session::RequestSession;
use iron_session::{IronSession, Session, SessionOptions, Untyped};
use iron_session_tests::fixtures::{clock, cookie, noise, options};
use iron_session_tests::{AppSession, Log};
use tracing::span::{Attributes, Id, Record};
use tracing::{Metadata, Subscriber, subscriber};

const LIMIT: Duration = Duration::from_secs(30);

/// Runs a test on a thread of its own, and fails when it does not end.
#[track_caller]
fn within_limit(test: impl FnOnce() + Send + 'static) {
    let (done, is_done) = mpsc::channel();
    let thread = thread::spawn(move || {
        test();
        done.send(()).unwrap();
    });
    assert!(is_done.recv_timeout(LIMIT) != Err(RecvTimeoutError::Timeout), "hangs");
    thread.join().unwrap();
}

thread_local! {
    /// What this thread's subscriber does with each event.
    static LOOK: RefCell<Option<Rc<dyn Fn()>>> = const { RefCell::new(None) };
    /// The messages that it got.
    static TOLD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Looks at the session of the thread's request on each event.
struct Looking;

impl Subscriber for Looking {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target().starts_with("iron_session")
    }

    fn event(&self, event: &tracing::Event<'_>) {
        let mut message = String::new();
        event.record(&mut |field: &tracing::field::Field, value: &dyn std::fmt::Debug| {
            if field.name() == "message" {
                message = format!("{value:?}");
            }
        });
        TOLD.with_borrow_mut(|told| told.push(message));
        let look = LOOK.with_borrow(Clone::clone);
        if let Some(look) = look {
            look();
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Plays with a request while a subscriber looks at its session on every event: through
/// a handle that was there before, and through one that it asks for. Returns the messages.
fn looked_at<T: IronSession>(
    options: &SessionOptions,
    header: &str,
    play: impl FnOnce(&RequestSession<T>, &Arc<Session<T>>),
) -> Vec<String> {
    let log = Log::capture();
    let request = RequestSession::<T>::new(options.check().unwrap());
    let handle = Arc::new(request.handle([header]).unwrap());
    let (looks_at, looks_through) = (request.clone(), Arc::clone(&handle));
    LOOK.set(Some(Rc::new(move || {
        let _: &T = &looks_through;
        if let Ok(session) = looks_at.handle([""; 0]) {
            let _: &T = &session;
        }
    })));
    subscriber::with_default(Looking, || play(&request, &handle));
    LOOK.set(None);
    log.assert_silent();
    TOLD.take()
}

#[derive(IronSession, Clone)]
struct Lenient {
    #[session(on_error = "default")]
    theme: u8,
    name: String,
}

fn typed() -> SessionOptions {
    options(&clock()).build().unwrap()
}

#[test]
fn a_subscriber_may_look_when_a_cookie_is_not_readable() {
    within_limit(|| {
        type Entry = fn(&RequestSession<AppSession>, &Arc<Session<AppSession>>);
        let entries: [(&str, Entry); 6] = [
            ("a read through the same handle", |_, handle| assert_eq!(*handle.visits(), 0)),
            ("a read", |request, _| assert_eq!(*request.handle([""; 0]).unwrap().visits(), 0)),
            ("a write", |request, _| request.handle([""; 0]).unwrap().set_visits(1)),
            ("an update", |request, _| request.handle([""; 0]).unwrap().update(|s| s.set_visits(1))),
            ("a save", |request, _| request.handle([""; 0]).unwrap().save().unwrap()),
            ("cookie settings", |request, _| {
                request.handle([""; 0]).unwrap().cookie().until_browser_closes();
            }),
        ];
        for (entry, enter) in entries {
            let told = looked_at(&typed(), "sid=not-a-seal", |request, handle| {
                enter(request, handle);
                assert!(!request.commit(200).replace_response, "{entry}: looking is no conflict");
            });
            assert_eq!(told, ["session cookie not readable"], "{entry}");
        }
    });
}

#[test]
fn a_subscriber_may_look_when_a_member_gave_way_to_its_default() {
    within_limit(|| {
        let header = cookie(&clock(), r#"{"theme":"dark","name":"ada"}"#);
        let told = looked_at::<Lenient>(&typed(), &header, |request, _| {
            request.handle([""; 0]).unwrap().update(|s| s.set_name("bob"));
            assert!(!request.commit(200).replace_response);
        });
        assert_eq!(told, ["session member not readable, using its default"]);
    });
}

#[test]
fn a_subscriber_may_look_when_handles_are_in_conflict() {
    within_limit(|| {
        let told = looked_at::<AppSession>(&typed(), "", |request, handle| {
            let mut writer = request.handle([""; 0]).unwrap();
            writer.set_visits(1);
            assert_eq!(*handle.visits(), 0);
            drop(writer);
            assert!(request.commit(200).replace_response);
        });
        assert_eq!(told, ["session handles in conflict; nothing was saved"]);
    });
}

#[test]
fn a_subscriber_may_look_when_a_change_comes_too_late() {
    within_limit(|| {
        type Write = fn(Session<AppSession>);
        let ways: [(&str, Write); 3] = [
            ("a write", |mut s| s.set_visits(1)),
            ("an update", |mut s| s.update(|s| s.set_visits(1))),
            ("a logout", |mut s| s.destroy()),
        ];
        for (way, write) in ways {
            let told = looked_at(&typed(), "", |request, _| {
                let session = request.handle([""; 0]).unwrap();
                assert!(!request.commit(200).replace_response);
                write(session);
            });
            assert_eq!(
                told,
                ["session change discarded: it was made after the response was returned"],
                "{way}"
            );
        }
        let told = looked_at::<AppSession>(&typed(), "", |request, _| {
            let mut session = request.handle([""; 0]).unwrap();
            session.set_visits(1);
            assert!(request.commit(200).replace_response);
            drop(session);
        });
        let late = "session change discarded: it was made after the response was returned";
        assert_eq!(told, ["session handles in conflict; nothing was saved", late], "published late");
    });
}

#[test]
fn a_subscriber_may_look_when_a_cookie_is_kept_for_a_newer_release() {
    within_limit(|| {
        let header = cookie(&clock(), r#"{"$":{"v":2},"userId":"ada"}"#);
        let told = looked_at::<AppSession>(&typed(), &header, |request, _| {
            request.handle([""; 0]).unwrap().set_visits(1);
            assert!(!request.commit(200).replace_response);
        });
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[1].contains("was not overwritten"), "{told:?}");
    });
}

#[test]
fn a_subscriber_may_look_when_changes_are_lost() {
    within_limit(|| {
        type End = fn(&RequestSession<AppSession>);
        let ends: [(&str, End); 2] = [
            ("a 5xx", |request| assert!(!request.commit(500).replace_response)),
            ("an error", RequestSession::end_without_response),
        ];
        for (way, end) in ends {
            let told = looked_at::<AppSession>(&typed(), "", |request, _| {
                request.handle([""; 0]).unwrap().set_visits(1);
                end(request);
            });
            assert_eq!(told.len(), 1, "{way}: {told:?}");
            assert!(told[0].starts_with("session changes discarded"), "{way}: {told:?}");
        }
    });
}

#[test]
fn a_subscriber_may_look_when_a_session_is_not_saved() {
    within_limit(|| {
        let told = looked_at::<Untyped>(&typed(), "", |request, _| {
            request.handle([""; 0]).unwrap().insert("history", &noise(5000)).unwrap();
            assert!(request.commit(200).replace_response);
        });
        assert_eq!(told, ["session not saved"]);
    });
}

#[test]
fn a_subscriber_may_look_when_a_header_is_long() {
    within_limit(|| {
        let options = options(&clock()).max_cookies(4).build().unwrap();
        let told = looked_at::<Untyped>(&options, "", |request, _| {
            request.handle([""; 0]).unwrap().insert("history", &noise(8000)).unwrap();
            assert!(!request.commit(200).replace_response);
        });
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("logged once"), "{told:?}");
    });
}

/// The session that a hook looks at: the options come first, then the request.
type Slot<T> = Arc<OnceLock<RequestSession<T>>>;

#[test]
fn the_unseal_hook_may_look_at_the_session() {
    within_limit(|| {
        static LOOKS: AtomicU32 = AtomicU32::new(0);
        let slot = Slot::<AppSession>::default();
        let looked_at = Arc::clone(&slot);
        let hooked = options(&clock()).on_unseal_error(move |_| {
            assert_eq!(*looked_at.get().unwrap().handle([""; 0]).unwrap().visits(), 0);
            LOOKS.fetch_add(1, Ordering::SeqCst);
        });
        let request = slot.get_or_init(|| RequestSession::new(hooked.build().unwrap().check().unwrap()));
        request.handle(["sid=not-a-seal"]).unwrap().update(|s| s.set_visits(1));
        assert_eq!(request.commit(200).set_cookies.len(), 2);
        assert_eq!(LOOKS.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn the_save_hook_may_look_at_the_session() {
    within_limit(|| {
        let slot = Slot::<Untyped>::default();
        let looked_at = Arc::clone(&slot);
        let hooked = options(&clock()).on_save_error(move |_| {
            let session = looked_at.get().unwrap().handle([""; 0]).unwrap();
            assert!(session.to_json().contains("history"));
            OnSaveError::SendResponse
        });
        let request = slot.get_or_init(|| RequestSession::new(hooked.build().unwrap().check().unwrap()));
        let mut session = request.handle([""]).unwrap();
        session.insert("user", "ada").unwrap();
        session.save().unwrap();
        session.insert("history", &noise(5000)).unwrap();
        drop(session);
        let commit = request.commit(200);
        assert!(!commit.replace_response);
        assert_eq!(commit.set_cookies.len(), 1, "what `save` accepted");
    });
}
