//! The library under another path or name.

#[test]
fn the_runtime_can_be_named() {
    mod framework {
        pub(super) mod web {
            pub(in super::super) use ::iron_session;
        }
    }
    use framework::web::iron_session::IronSession;

    #[derive(IronSession, Clone)]
    #[session(crate = "framework::web::iron_session", budget = "strict")]
    struct Session {
        id: Option<u8>,
        nested: Nested,
        csrf: ::iron_session::CsrfToken,
    }

    #[derive(Clone, Default, serde::Serialize, serde::Deserialize, iron_session::MaxSize)]
    #[session(crate = "framework::web::iron_session")]
    struct Nested(u8);

    assert_eq!(Session::empty().id(), None);
}

/// The runtime's own types are known by the name that the dependency was given.
#[test]
fn a_renamed_dependency_has_the_types_that_are_known() {
    use sess::IronSession as _;

    #[derive(::sess::IronSession, Clone)]
    #[session(crate = "::sess", budget = "strict")]
    struct Session {
        csrf: ::sess::CsrfToken,
        other: sess::CsrfToken,
        #[session(max_bytes = 20)]
        secret: sess::Secret<String>,
        #[session(expires_in = "15m")]
        sudo: ::sess::Expiring<u8>,
        #[session(max_items = 2)]
        nested: Vec<Nested>,
    }

    #[derive(Clone, serde::Serialize, serde::Deserialize, ::sess::MaxSize)]
    #[session(crate = "::sess")]
    struct Nested {
        #[session(max_bytes = 20, max_items = 2)]
        list: Vec<u8>,
        #[session(max_bytes = 20)]
        secret: ::sess::Secret<Vec<u8>>,
    }

    let mut session = Session::empty();
    session.csrf_mut().issue().unwrap();
    assert_eq!(session.other().verify(""), session.csrf().verify(""));
    session.set_secret("text");
    session.set_sudo(1);
    assert_eq!(session.take_sudo(), Some(1));
    assert_eq!(<Nested as sess::MaxSize>::MAX_BYTES, r#"{"list":[255,255],"secret":}"#.len() + 20);
    assert!(session.nested().is_empty());
}
