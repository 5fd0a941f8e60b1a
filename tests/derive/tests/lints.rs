//! Generated code trips no lint of its user's. The compiler and clippy are the test.

#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused,
    unused_qualifications,
    unused_lifetimes,
    unused_results,
    single_use_lifetimes,
    elided_lifetimes_in_paths,
    trivial_casts,
    trivial_numeric_casts,
    variant_size_differences,
    let_underscore_drop,
    explicit_outlives_requirements,
    non_ascii_idents,
    rust_2018_idioms,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::cargo,
    clippy::missing_docs_in_private_items,
    clippy::missing_inline_in_public_items,
    clippy::allow_attributes_without_reason,
    clippy::impl_trait_in_params,
    clippy::question_mark_used,
    clippy::wildcard_enum_match_arm,
    clippy::mod_module_files,
    clippy::multiple_inherent_impl,
    clippy::absolute_paths,
    clippy::missing_trait_methods
)]
#![allow(clippy::cargo_common_metadata, clippy::multiple_crate_versions, reason = "about the lock file")]

/// A session whose fields are as hard on lints as they get.
pub mod session {
    use std::path::PathBuf;

    use iron_session::{CsrfToken, Expiring, IronSession, MaxSize, ReturnTo, Secret};
    use serde::{Deserialize, Serialize};

    /// Nested.
    #[derive(Clone, Debug, Deserialize, Serialize, MaxSize)]
    #[serde(tag = "kind")]
    #[non_exhaustive]
    pub enum Nested {
        /// With a field.
        #[non_exhaustive]
        One {
            /// Old.
            #[deprecated]
            old: u8,
            /// Bounded twice.
            #[session(max_bytes = 20, max_items = 2)]
            list: Vec<u8>,
        },
        /// Without.
        Two,
    }

    /// Generic.
    #[derive(Clone, Copy, Debug, Deserialize, Serialize, MaxSize)]
    #[deprecated]
    pub struct Pair<T>(T, T);

    /// Strict.
    #[derive(IronSession, Clone, Debug)]
    #[session(budget = "strict", javascript, overhead = 200, reserve_unknown = 20)]
    pub struct Strict {
        /// Probed.
        #[deprecated]
        pub id: Option<u64>,
        /// Probed.
        pub nested: Option<Nested>,
    }

    /// The session: nobody calls any of its accessors.
    #[derive(IronSession, Clone, Debug)]
    #[session(rename_all = "camelCase")]
    #[allow(
        non_snake_case,
        clippy::pub_underscore_fields,
        reason = "the accessors must not repeat what is allowed here"
    )]
    #[non_exhaustive]
    pub struct Session {
        /// The user, as in [`Session`]; see [the type][path].
        ///
        /// [path]: PathBuf
        pub user_id: Option<String>,
        /// How often.
        pub visits: u32,
        /// Where.
        pub home: PathBuf,
        /// Begins like a conversion.
        pub into_account: u8,
        /// Begins like a constructor.
        pub from_address: Option<u8>,
        /// Must be used.
        #[session(default = "outcome")]
        pub outcome: Result<u8, String>,
        /// Nested.
        #[allow(clippy::option_option, reason = "the accessors must not repeat what is allowed here")]
        pub nested: Option<Option<u8>>,
        /// Boxed.
        #[allow(clippy::box_collection, reason = "the accessors must not repeat what is allowed here")]
        pub boxed: Box<Vec<u8>>,
        /// Complex.
        #[allow(clippy::type_complexity, reason = "the accessors must not repeat what is allowed here")]
        #[session(transient)]
        pub complex:
            Vec<Option<Result<(Box<[Vec<Option<u8>>]>, Vec<Vec<u8>>), Option<Result<u8, Box<[u8]>>>>>>,
        /// Read once.
        #[session(flash)]
        pub notice: Option<String>,
        /// Read once, all of them.
        #[session(flash)]
        pub warnings: Vec<String>,
        /// Old.
        #[deprecated = "no longer used"]
        pub old: Option<u8>,
        /// Spelt as in JavaScript.
        pub cartId: Option<u8>,
        /// Within the crate.
        pub(crate) inner: u8,
        /// Within the module.
        own: Option<u8>,
        /// Begins with an underscore.
        pub _reserved: u8,
        /// Bounded, into whatever.
        #[session(max_bytes = 20, into)]
        pub bounded: Vec<u8>,
        /// Bounded text.
        #[session(max_bytes = 20)]
        pub text: Option<String>,
        /// Counted, and read once.
        #[session(flash(expires_in = "10m"), max_items = 2)]
        pub counted: Vec<Nested>,
        /// Ends.
        #[session(expires_in = "15m", max_bytes = 20)]
        pub sudo: Expiring<String>,
        /// Against forgery.
        pub csrf: CsrfToken,
        /// The way back.
        pub return_to: ReturnTo,
        /// Printed by nobody.
        #[session(max_bytes = 20)]
        pub secret: Secret<String>,
        /// As text.
        #[session(with = "iron_session::with::text", max_bytes = 20, on_error = "default")]
        pub number: u64,
        #[doc(hidden)]
        pub hidden: u8,
    }

    /// Makes the first outcome.
    fn outcome() -> Result<u8, String> {
        "0".parse::<u8>().map_err(|error| error.to_string())
    }

    /// Old as a whole.
    #[derive(IronSession, Clone, Debug)]
    #[deprecated = "use `Session`"]
    pub struct OldSession {
        /// The user.
        #[deprecated]
        pub user: Option<u8>,
        /// The role.
        pub role: u8,
    }

    /// The next version of an old one.
    #[derive(IronSession, Clone, Copy, Debug)]
    #[session(version = 4, untagged = 1, readable_by = 3, previous = OldSession, gap)]
    #[allow(deprecated, reason = "an older version may well be marked")]
    #[non_exhaustive]
    pub struct NextSession {
        /// The user.
        pub user: Option<u8>,
    }

    #[allow(deprecated, reason = "an older version may well be marked")]
    impl From<OldSession> for NextSession {
        #[inline]
        fn from(old: OldSession) -> Self {
            Self { user: old.user }
        }
    }

    /// Without anything.
    #[derive(IronSession, Clone, Copy, Debug)]
    pub struct Empty {}

    /// With nothing on the wire.
    #[derive(IronSession, Clone, Copy, Debug)]
    pub struct Transient {
        /// Gone.
        #[session(transient)]
        pub gone: u8,
    }
}

/// Private, and never used at all.
mod private {
    use std::sync::Arc;

    use iron_session::IronSession;

    /// Of this module alone.
    #[derive(Clone, Copy, Debug)]
    struct Role;

    /// A session, public where nobody can see it.
    #[derive(IronSession, Clone, Copy, Debug)]
    #[expect(private_interfaces, unreachable_pub, reason = "once, for the fields")]
    pub struct Public {
        /// The role.
        #[expect(dead_code, reason = "not in the cookie either: nobody reads it at all")]
        #[session(transient)]
        pub role: Option<Role>,
    }

    /// A session.
    #[derive(IronSession, Clone, Debug)]
    struct Private {
        /// Begins like a conversion.
        into_account: u8,
        /// Begins like a constructor.
        from_address: Option<u8>,
        /// Ends like a conversion.
        to_mut: u8,
        /// Looks like an operator.
        not: u8,
        /// Looks like an operator.
        add: Vec<u8>,
        /// Looks like an iterator.
        next: Option<u8>,
        /// Looks like a collection.
        len: u8,
        /// Looks like a collection.
        iter: Vec<u8>,
        /// Nested.
        #[expect(clippy::option_option, reason = "the accessors must not repeat what is allowed here")]
        nested: Option<Option<u8>>,
        /// Boxed.
        #[expect(clippy::box_collection, reason = "the accessors must not repeat what is allowed here")]
        boxed: Box<Vec<u8>>,
        /// Boxed, each one.
        #[expect(clippy::vec_box, reason = "the accessors must not repeat what is allowed here")]
        boxes: Vec<Box<u8>>,
        /// Shared.
        #[expect(clippy::rc_buffer, reason = "the accessors must not repeat what is allowed here")]
        #[expect(dead_code, reason = "not in the cookie either: nobody reads it at all")]
        #[session(transient)]
        shared: Option<Arc<Vec<u8>>>,
        /// Complex.
        #[expect(clippy::type_complexity, reason = "the accessors must not repeat what is allowed here")]
        #[session(flash)]
        complex: Vec<Option<Result<(Box<[Vec<Option<u8>>]>, Vec<Vec<u8>>), Option<Result<u8, Box<[u8]>>>>>>,
    }
}

#[test]
fn deprecated_fields_are_still_on_the_wire() {
    use iron_session::IronSession as _;
    assert_eq!(session::Session::canonical("old"), Some("old"), "the field is part of the schema");
}
