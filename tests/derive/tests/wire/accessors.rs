//! Each accessor, used from another crate.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use iron_session::IronSession;

#[derive(IronSession, Clone, Debug, Default, PartialEq)]
struct AppSession {
    name: String,
    visits: u32,
    avatar: Box<str>,
    home: PathBuf,
    tags: Vec<String>,
    user_id: Option<u64>,
    email: Option<String>,
    initials: Option<Box<str>>,
    upload: Option<PathBuf>,
    #[session(flash)]
    notice: Option<String>,
    #[session(flash)]
    warnings: Vec<String>,
    #[session(flash)]
    codes: Vec<u8>,
    #[session(transient)]
    user: Option<Arc<NotSerde>>,
    #[session(transient)]
    started: Started,
}

#[derive(Debug, PartialEq)]
struct NotSerde(&'static str);

#[derive(Clone, Debug, Default, PartialEq)]
struct Started(u8);

#[test]
fn a_plain_field_is_read_changed_in_place_and_set() {
    let mut session = AppSession::empty();
    assert_eq!(*session.visits(), 0);
    session.set_visits(2);
    *session.visits_mut() += 1;
    assert_eq!(session.visits(), &3);

    session.tags_mut().push("a".to_owned());
    session.set_tags(vec!["b".to_owned()]);
    assert_eq!(session.tags(), &vec!["b".to_owned()]);
}

#[test]
fn owned_text_is_read_as_borrowed_and_set_from_either() {
    let mut session = AppSession::empty();
    session.set_name("ada");
    session.name_mut().push('!');
    let name: &str = session.name();
    assert_eq!(name, "ada!");
    session.set_name(String::from("eve"));
    assert_eq!(session.name(), "eve");

    session.set_avatar("a.png");
    let avatar: &str = session.avatar();
    assert_eq!(avatar, "a.png");
    session.set_home("/home");
    let home: &Path = session.home();
    assert_eq!(home, Path::new("/home"));
}

#[test]
fn an_optional_field_is_set_taken_and_cleared() {
    let mut session = AppSession::empty();
    assert_eq!(session.user_id(), None);
    session.set_user_id(42);
    assert_eq!(session.user_id(), Some(&42));
    assert_eq!(session.take_user_id(), Some(42));
    assert_eq!(session.take_user_id(), None);
    session.set_user_id(7);
    session.clear_user_id();
    assert_eq!(session.user_id(), None);
}

#[test]
fn an_optional_field_is_changed_in_place_if_there_is_one() {
    let mut session = AppSession::empty();
    assert_eq!(session.user_id_mut(), None);
    session.set_user_id(42);
    if let Some(id) = session.user_id_mut() {
        *id += 1;
    }
    assert_eq!(session.user_id(), Some(&43));
    session.set_email("ada");
    session.email_mut().unwrap().push_str("@example.com");
    assert_eq!(session.email(), Some("ada@example.com"));
    assert!(session.user_mut().is_none(), "a transient one too");
}

#[test]
fn optional_text_is_read_as_borrowed() {
    let mut session = AppSession::empty();
    session.set_email("ada@example.org");
    session.set_initials("AL");
    session.set_upload("a/b");
    let read: (Option<&str>, Option<&str>, Option<&Path>) =
        (session.email(), session.initials(), session.upload());
    assert_eq!(read, (Some("ada@example.org"), Some("AL"), Some(Path::new("a/b"))));
    assert_eq!(session.take_email(), Some("ada@example.org".to_owned()));
}

#[test]
fn a_flash_is_read_once_however_often_it_is_peeked_at() {
    let mut session = AppSession::empty();
    session.set_notice("saved");
    assert_eq!(session.peek_notice(), Some("saved"));
    assert_eq!(session.peek_notice(), Some("saved"));
    assert_eq!(session.take_notice(), Some("saved".to_owned()));
    assert_eq!(session.peek_notice(), None);
    assert_eq!(session.take_notice(), None);
}

#[test]
fn a_flash_queue_keeps_the_order_and_is_taken_whole() {
    let mut session = AppSession::empty();
    session.push_warnings("one");
    session.push_warnings(String::from("two"));
    assert_eq!(session.peek_warnings(), ["one", "two"]);
    assert_eq!(session.take_warnings(), ["one", "two"]);
    assert!(session.peek_warnings().is_empty());
    session.push_codes(1);
    assert_eq!(session.take_codes(), [1]);
}

#[test]
fn a_transient_field_has_the_accessors_of_its_type() {
    let mut session = AppSession::empty();
    session.set_user(Arc::new(NotSerde("ada")));
    assert_eq!(session.user().map(|user| user.0), Some("ada"));
    session.clear_user();
    assert!(session.take_user().is_none());
    session.started_mut().0 = 1;
    assert_eq!(session.started(), &Started(1));
    session.set_started(Started(2));
    assert_eq!(session.started().0, 2);
}
