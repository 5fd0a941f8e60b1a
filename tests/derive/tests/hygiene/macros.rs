//! A struct that a macro writes.

macro_rules! session {
    ($name:ident, $field:ident: $ty:ty, $wire:literal, $optional:ident: $inner:ty, $max:literal, $with:literal) => {
        #[derive(iron_session::IronSession, Clone)]
        struct $name {
            #[session(rename = $wire)]
            $field: $ty,
            $optional: Option<$inner>,
            fixed: $crate::macros::Alias,
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
