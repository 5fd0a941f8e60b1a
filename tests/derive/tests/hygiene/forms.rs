//! A struct in a function, with raw identifiers, and with other derives.

#[test]
fn a_struct_can_stand_in_a_function() {
    use iron_session::IronSession;

    #[derive(Clone, Default, serde::Serialize, serde::Deserialize, iron_session::MaxSize)]
    struct Local(u8);

    fn seven() -> u8 {
        7
    }

    #[derive(IronSession, Clone)]
    #[session(budget = "strict")]
    struct Session {
        local: Local,
        #[session(default = "seven")]
        seven: u8,
    }

    #[derive(IronSession, Clone)]
    #[session(version = 2, untagged = 1, previous = Session)]
    struct Next {
        seven: u8,
    }

    impl From<Session> for Next {
        fn from(old: Session) -> Self {
            Self { seven: old.seven }
        }
    }

    assert_eq!((Session::empty().local().0, *Session::empty().seven()), (0, 7));
    assert_eq!(Next::SCHEMA.version(), 2);
}

#[test]
fn raw_identifiers_lose_their_mark_where_they_can() {
    use iron_session::IronSession;

    #[derive(IronSession, Clone)]
    #[expect(non_camel_case_types)]
    struct r#struct {
        r#type: Option<u8>,
        r#match: u8,
        #[session(accessor = "r#loop")]
        looped: u8,
    }

    let mut session = r#struct::empty();
    session.set_type(1);
    *session.match_mut() = 2;
    session.set_loop(3);
    assert_eq!((session.r#type(), session.r#match(), session.r#loop()), (Some(&1), &2, &3));
    assert_eq!(r#struct::canonical("type"), Some("type"));
    assert_eq!(r#struct::SCHEMA.name(), "struct");
}

#[test]
fn other_derives_and_attributes_do_not_get_in_the_way() {
    use iron_session::IronSession;
    use serde::{Deserialize, Serialize};

    #[derive(
        IronSession, Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord,
    )]
    #[serde(rename_all = "UPPERCASE", default)]
    #[session(ignore_serde, rename_all = "kebab-case")]
    struct Session {
        #[serde(rename = "n")]
        user_name: Option<String>,
        #[serde(skip)]
        visits: u8,
    }

    assert_eq!(Session::empty(), Session::default());
    assert_eq!(Session::canonical("user-name"), Some("user-name"));
}
