//! A crate may forbid lints: an `#[allow(…)]` in generated code would be an error then.

#![forbid(
    dead_code,
    deprecated,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    future_incompatible,
    keyword_idents,
    let_underscore,
    let_underscore_drop,
    meta_variable_misuse,
    missing_abi,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    non_ascii_idents,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    nonstandard_style,
    private_bounds,
    private_interfaces,
    refining_impl_trait,
    rust_2018_compatibility,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unexpected_cfgs,
    unnameable_types,
    unreachable_code,
    unreachable_patterns,
    unreachable_pub,
    unsafe_code,
    unsafe_op_in_unsafe_fn,
    unused,
    unused_assignments,
    unused_attributes,
    unused_braces,
    unused_doc_comments,
    unused_extern_crates,
    unused_import_braces,
    unused_imports,
    unused_lifetimes,
    unused_macros,
    unused_must_use,
    unused_mut,
    unused_parens,
    unused_qualifications,
    unused_results,
    unused_unsafe,
    unused_variables,
    variant_size_differences,
    warnings,
    clippy::absolute_paths,
    clippy::all,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::as_conversions,
    clippy::box_collection,
    clippy::cargo,
    clippy::complexity,
    clippy::correctness,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_docs_in_private_items,
    clippy::missing_inline_in_public_items,
    clippy::multiple_inherent_impl,
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    clippy::nursery,
    clippy::option_option,
    clippy::panic,
    clippy::pedantic,
    clippy::perf,
    clippy::question_mark_used,
    clippy::same_name_method,
    clippy::should_implement_trait,
    clippy::style,
    clippy::suspicious,
    clippy::type_complexity,
    clippy::unwrap_used,
    clippy::wrong_self_convention
)]

/// Cargo's flags don't concern the derive.
#[cfg(test)]
mod sessions {
    use std::path::PathBuf;

    use iron_session::{CsrfToken, Expiring, IronSession, MaxSize, ReturnTo, Secret};

    /// Asked for its size. (Serde's derive does not get by without an `allow` of some of these lints.)
    #[derive(Clone, Debug, Default, MaxSize)]
    struct Line {
        /// Bounded twice.
        #[session(max_bytes = 20, max_items = 2)]
        list: Vec<u8>,
        /// Text.
        #[session(max_bytes = 20)]
        name: Option<String>,
        /// A number.
        count: Option<u8>,
    }

    /// Nobody calls any of its accessors.
    #[derive(IronSession, Clone, Debug)]
    #[session(version = 1, overhead = 200, max_cookies = 2)]
    struct First {
        /// The user.
        user_id: Option<u64>,
        /// How often.
        visits: u32,
        /// Where.
        home: PathBuf,
        /// Begins like a conversion.
        into_account: u8,
        /// Begins like a constructor.
        from_address: Option<u8>,
        /// Looks like an operator.
        add: Vec<u8>,
        /// Looks like an iterator.
        next: Option<u8>,
        /// Read once.
        #[session(flash)]
        notice: Option<String>,
        /// Read once, all of them.
        #[session(flash(expires_in = "10m"), max_items = 2)]
        warnings: Vec<u8>,
        /// Ends.
        #[session(expires_in = "15m", max_bytes = 20)]
        sudo: Expiring<String>,
        /// Against forgery.
        csrf: CsrfToken,
        return_to: ReturnTo,
        /// Printed by nobody.
        #[session(max_bytes = 20)]
        secret: Secret<String>,
        /// As text.
        #[session(with = "iron_session::with::text", max_bytes = 20, on_error = "default")]
        number: u64,
        /// Into whatever.
        #[session(max_bytes = 20, into)]
        bounded: Vec<u8>,
        /// Gone.
        #[session(transient)]
        gone: Option<u8>,
    }

    /// The next one.
    #[derive(IronSession, Clone, Debug)]
    #[session(version = 2, untagged = 1, previous = First, budget = "strict")]
    struct Second {
        /// The user.
        user_id: Option<u64>,
        /// Counted.
        #[session(max_items = 3)]
        lines: Vec<u8>,
    }

    /// Written by a macro.
    macro_rules! third {
        ($($field:ident: $ty:ty),*) => {
            /// With the visibility that the macro says.
            #[derive(IronSession, Clone, Debug)]
            struct Third {
                $(
                    /// A field.
                    pub $field: $ty,
                )*
            }
        };
    }

    third!(user: Option<String>, visits: u32);

    impl From<First> for Second {
        fn from(old: First) -> Self {
            Self { user_id: old.user_id, lines: old.add }
        }
    }

    /// Something is used, for the rest to be the derive's.
    #[test]
    fn sessions_begin_empty() {
        let first = First::empty();
        assert_eq!((first.visits(), first.gone()), (&0, None), "{first:?}");
        let second = Second::from(first);
        assert!(second.lines().is_empty() && second.user_id().is_none(), "{second:?}");
        let third = Third::empty();
        assert!(third.user.is_none() && third.visits == 0, "{third:?}");
        let line = Line::default();
        assert!(line.list.is_empty() && line.name.is_none() && line.count.is_none(), "{line:?}");
    }
}
