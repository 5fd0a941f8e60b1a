//! A struct where not even the prelude is in scope.

/// Without a prelude there is nothing to lean on.
mod bare {
    #![no_implicit_prelude]

    #[derive(::iron_session::IronSession, ::std::clone::Clone)]
    #[session(rename_all = "camelCase", javascript, overhead = 200, reserve_unknown = 9)]
    pub(super) struct Session {
        pub(super) id: u64,
        pub(super) user_name: ::std::option::Option<::std::string::String>,
        #[session(default = "theme")]
        theme: ::std::string::String,
        #[session(flash)]
        notice: ::core::option::Option<::std::boxed::Box<str>>,
        #[session(flash)]
        queue: ::std::vec::Vec<u8>,
        #[session(transient)]
        #[expect(dead_code, reason = "not in the cookie either: nobody reads it at all")]
        user: ::std::option::Option<::std::sync::Arc<u8>>,
        #[session(flash(expires_in = "1m"), max_items = 2)]
        brief: ::std::vec::Vec<Item>,
        #[session(expires_in = "1m", max_bytes = 9)]
        sudo: ::iron_session::Expiring<::std::string::String>,
        csrf: ::iron_session::CsrfToken,
        return_to: ::iron_session::ReturnTo,
        #[session(max_bytes = 9)]
        secret: ::iron_session::Secret<::std::string::String>,
        #[session(with = "::iron_session::with::text", max_bytes = 9, on_error = "default")]
        number: u64,
        #[session(max_bytes = 9, max_items = 3, into)]
        list: ::std::option::Option<::std::vec::Vec<u8>>,
    }

    #[derive(::std::clone::Clone, ::serde::Serialize, ::serde::Deserialize, ::iron_session::MaxSize)]
    pub(super) struct Item {
        #[session(max_bytes = 9, max_items = 3)]
        list: ::std::option::Option<::std::vec::Vec<u8>>,
        choice: Choice<u8>,
    }

    #[derive(::std::clone::Clone, ::serde::Serialize, ::serde::Deserialize, ::iron_session::MaxSize)]
    enum Choice<T> {
        One,
        Two(T),
    }

    fn theme() -> ::std::string::String {
        ::std::convert::From::from("light")
    }

    #[derive(::iron_session::IronSession, ::std::clone::Clone)]
    #[session(version = 4, untagged = 1, readable_by = 3, previous = v1::Session, gap)]
    pub(super) struct Versioned {
        pub(super) user: ::std::option::Option<u64>,
    }

    mod v1 {
        #[derive(::iron_session::IronSession, ::std::clone::Clone)]
        #[session(version = 1, untagged = 1)]
        pub(super) struct Session {
            pub(super) id: u64,
        }
    }

    impl ::std::convert::From<v1::Session> for Versioned {
        fn from(old: v1::Session) -> Self {
            Self { user: ::std::option::Option::Some(old.id) }
        }
    }
}

#[test]
fn accessors_have_the_visibility_of_their_field() {
    let mut session = <bare::Session as iron_session::IronSession>::empty();
    session.set_user_name("ada");
    assert_eq!((session.id(), session.user_name()), (&0, Some("ada")));
}
