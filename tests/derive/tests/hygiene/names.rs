//! A struct where other items have the names that generated code uses.

/// Every name that generated code could mean by a short path is another thing.
#[expect(non_camel_case_types, non_upper_case_globals, dead_code)]
mod shadowed {
    use ::iron_session::IronSession as Derive;

    pub(super) struct Option;
    pub(super) struct Result;
    pub(super) struct String;
    pub(super) struct Vec;
    pub(super) struct Box;
    pub(super) struct Some;
    pub(super) struct None;
    pub(super) struct Ok;
    pub(super) struct Err;
    pub(super) struct str;
    pub(super) struct bool;
    pub(super) struct u8;
    pub(super) struct usize;
    pub(super) struct Schema;
    pub(super) struct Encoder;
    pub(super) struct Decoder;
    pub(super) struct Bounds;
    pub(super) struct Budget;
    pub(super) struct FieldBudget;
    pub(super) struct Duration;
    pub(super) struct Probe;
    pub(super) struct Expiring;
    pub(super) struct Previous;
    pub(super) trait Migrate {}
    pub(super) trait From {}
    pub(super) trait TryFrom {}
    pub(super) trait Unbounded {}
    pub(super) trait MaxSize {}
    pub(super) trait Items {}
    pub(super) trait Default {}
    pub(super) trait Into {}
    pub(super) trait IronSession {}
    pub(super) mod std {}
    pub(super) mod core {}
    pub(super) mod iron_session {}
    pub(super) const session: () = ();
    pub(super) const decoder: () = ();
    pub(super) const encoder: () = ();
    pub(super) const name: () = ();

    #[derive(Derive, Clone)]
    #[session(budget = "strict")]
    pub(super) struct Session {
        id: ::core::primitive::u8,
        #[session(expires_in = "1m")]
        sudo: ::iron_session::Expiring<::core::primitive::u8>,
        #[session(max_bytes = 9)]
        text: ::std::string::String,
        #[session(max_bytes = 9)]
        maybe: ::std::option::Option<::std::string::String>,
        #[session(flash)]
        flash: ::std::option::Option<::core::primitive::u8>,
        #[session(flash, max_items = 2)]
        queue: ::std::vec::Vec<::core::primitive::u8>,
        nested: Nested,
    }

    #[derive(Derive, Clone)]
    #[session(version = 2, untagged = 1, previous = Session)]
    pub(super) struct Versioned {
        id: ::core::primitive::u8,
    }

    impl ::core::convert::From<Session> for Versioned {
        fn from(old: Session) -> Self {
            Self { id: old.id }
        }
    }

    #[derive(
        ::iron_session::MaxSize, ::serde::Serialize, ::serde::Deserialize, Clone, ::std::default::Default,
    )]
    pub(super) struct Nested(::core::primitive::u8);
}

/// Traits with methods of the names that generated code calls.
mod traits {
    use iron_session::IronSession;

    #[expect(dead_code)]
    pub(super) trait Greedy: Sized {
        fn field(&self) {}
        fn member(&self) {}
        fn encode_option(&self) {}
        fn take(&self) {}
        fn as_deref(&self) {}
        fn as_ref(&self) {}
        fn push(&self) {}
        fn initial() {}
        fn with_max_cookies(self) {}
        fn with_max_bytes(self) {}
        fn limit(&self) {}
        fn assert_fits(&self) {}
        fn check(&self) {}
        fn set(&self) {}
        fn expire_changed(&self) {}
        fn or_default(&self) {}
        fn of() {}
        fn after_gap(self) {}
        fn migrate(self) {}
        fn with_version(self) {}
        fn with_readable_by(self) {}
    }
    impl<T> Greedy for T {}

    #[derive(IronSession, Clone)]
    pub(super) struct Session {
        name: Option<String>,
        id: Option<u8>,
        #[session(flash)]
        queue: Vec<u8>,
        #[session(flash)]
        notice: Option<u8>,
        #[session(expires_in = "1m", max_bytes = 9)]
        sudo: iron_session::Expiring<String>,
        #[session(flash(expires_in = "1m"), on_error = "default")]
        brief: Option<u8>,
    }

    #[derive(IronSession, Clone)]
    #[session(version = 3, untagged = 1, previous = Session, gap)]
    pub(super) struct Versioned {
        name: Option<String>,
    }

    impl From<Session> for Versioned {
        fn from(old: Session) -> Self {
            Self { name: old.name }
        }
    }
}

#[test]
fn traits_in_scope_are_not_called_by_mistake() {
    use iron_session::IronSession as _;

    let shadowed = shadowed::Session::empty();
    assert_eq!(shadowed::Session::canonical("id"), Some("id"));
    drop(shadowed);
    let mut session = traits::Session::empty();
    let _ = &mut session;
    assert_eq!(traits::Session::canonical("queue"), Some("queue"));
}
