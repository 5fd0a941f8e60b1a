//! Generated code depends on nothing that is in scope where the struct stands.

// As Cargo.toml does with `sess = { package = "iron-session" }`.
extern crate iron_session as sess;

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

macro_rules! session {
    ($name:ident, $field:ident: $ty:ty, $wire:literal, $optional:ident: $inner:ty, $max:literal, $with:literal) => {
        #[derive(iron_session::IronSession, Clone)]
        struct $name {
            #[session(rename = $wire)]
            $field: $ty,
            $optional: Option<$inner>,
            fixed: $crate::Alias,
            #[session(flash)]
            notice: $ty,
            #[session(max_bytes = $max, with = $with)]
            with: $inner,
        }
    };
}

type Alias = u8;

session!(ByMacro, user: Option<String>, "uid", role: String, 9, "iron_session::with::text");

macro_rules! next_version {
    ($name:ident, $version:literal, $untagged:expr, $old:ty) => {
        #[derive(iron_session::IronSession, Clone)]
        #[session(version = $version, untagged = $untagged, previous = $old)]
        struct $name {
            user: Option<String>,
        }

        impl From<$old> for $name {
            fn from(old: $old) -> Self {
                Self { user: old.user }
            }
        }
    };
}

next_version!(NextByMacro, 2, 1, ByMacro);

#[test]
fn a_struct_can_come_from_a_macro() {
    use iron_session::IronSession as _;

    assert_eq!(NextByMacro::SCHEMA.version(), 2);

    let mut session = ByMacro::empty();
    session.set_user("ada");
    session.set_role("admin");
    session.set_notice("hi");
    assert_eq!((session.user(), session.role(), session.fixed()), (Some("ada"), Some("admin"), &0));
    assert_eq!(session.take_notice().as_deref(), Some("hi"));
    assert_eq!(ByMacro::canonical("uid"), Some("uid"));
    assert!(session.try_set_with("more than nine").is_err());
}

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

#[test]
fn accessors_have_the_visibility_of_their_field() {
    let mut session = <bare::Session as iron_session::IronSession>::empty();
    session.set_user_name("ada");
    assert_eq!((session.id(), session.user_name()), (&0, Some("ada")));
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
