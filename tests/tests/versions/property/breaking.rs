//! Pairs with members that were removed, renamed or made something else: servers of the old
//! release can't read what the new one wrote.

use std::cell::Cell;

use iron_session::IronSession;
use iron_session::json_schema::HasJsonSchema;
use iron_session_tests::cases::check_share;
use proptest::prelude::*;

use super::pairs::Fields;
use super::values::{Field, Random};
use super::written::Members;
use super::{Visit, encoding, visits, without_tag};

thread_local! {
    static STEPS: Cell<u32> = const { Cell::new(0) };
}

/// Declares two versions, how one becomes the other, and the test that plays them.
macro_rules! breaking {
    ($($(#[doc = $doc:literal])* $pair:ident: $old:tt => $new:tt by |$session:ident| { $($field:ident: $value:expr,)* })*) => {$(
        mod $pair {
            use super::*;

            $(#[doc = $doc])*
            pub(super) mod v1 {
                use super::*;
                session!([] $old);
            }
            pub(super) mod v2 {
                use super::*;
                session!([version = 2, untagged = 1, previous = v1::AppSession] $new);
            }

            impl From<v1::AppSession> for v2::AppSession {
                fn from($session: v1::AppSession) -> Self {
                    STEPS.set(STEPS.get() + 1);
                    Self { serial: $session.serial, $($field: $value,)* }
                }
            }
        }

        #[test]
        fn $pair() {
            check_share(4, &(visits(), any::<u64>()), |(visits, seed)| {
                play::<$pair::v1::AppSession, $pair::v2::AppSession>(&visits, seed);
                Ok(())
            });
        }
    )*};
}
use super::pairs::session;

breaking! {
    /// A member goes, others come.
    removed: { visits: u32, legacy: String, user: Option<String>, }
        => { visits: u32, user: Option<String>, theme: Option<String>, }
        by |old| { visits: old.visits, user: old.user, theme: None, }

    /// A member has another name.
    renamed: { name: Option<String>, #[session(alias = "colour")] color: String, visits: u32, }
        => {
            #![session(rename_all = "camelCase")]
            user_name: Option<String>, background_color: String, visits: u32,
        }
        by |old| { user_name: old.name, background_color: old.color, visits: old.visits, }

    /// Two members have each other's names.
    swapped: { first: u32, second: String, } => { first: String, second: u32, }
        by |old| { first: old.second, second: old.first, }

    /// A member is something else.
    retyped: { visits: String, user: Option<String>, #[session(flash)] notice: Option<u32>, }
        => { visits: Vec<String>, user: String, #[session(flash)] notice: Vec<u32>, }
        by |old| {
            visits: vec![old.visits], user: old.user.unwrap_or_default(), notice: old.notice.into_iter().collect(),
        }
}

fn play<Old: Fields, New: Fields + From<Old>>(visits: &[(Visit, u64)], seed: u64) {
    let random = &mut Random::new(seed);
    let mut payload = with_unknown(&encoding(&Old::any(random)), random);
    for (visit, seed) in visits {
        let random = &mut Random::new(*seed);
        payload = match visit {
            Visit::Old => old::<Old>(&payload, |session| session.change(random)),
            Visit::OldLooks => old::<Old>(&payload, |_| {}),
            Visit::New => new::<Old, New>(&payload, |session| session.change(random)),
            Visit::NewLooks => new::<Old, New>(&payload, |_| {}),
            Visit::JavaScript => with_unknown(&payload, random),
        };
    }
}

/// What a JavaScript server adds.
fn with_unknown(payload: &str, random: &mut Random) -> String {
    let rest = payload.strip_suffix('}').unwrap();
    format!(r#"{rest},"js{}":{{"v" :1.50}} }}"#, random.next())
}

fn is_new(payload: &str) -> bool {
    Members::of(payload).get("$").is_some()
}

/// An old server: it leaves what it can't read.
fn old<T: HasJsonSchema>(received: &str, change: impl FnOnce(&mut T)) -> String {
    if !is_new(received) {
        return super::rust(received, change);
    }
    let (mut visitor, options, _) = crate::with_payload(received);
    let arrived = visitor.cookie_header();
    visitor.visit::<T, _>(&options, |session| change(session));
    assert_eq!(visitor.unreadable(), Some("newer_schema"));
    assert_eq!(visitor.cookie_header(), arrived, "it can't be read, and was written");
    received.to_owned()
}

/// A new server: it takes the step once, and only where one is needed.
fn new<Old: Fields, New: Fields + From<Old>>(received: &str, change: impl FnOnce(&mut New)) -> String {
    if is_new(received) {
        STEPS.set(0);
        let written = super::rust(received, change);
        assert_eq!(STEPS.get(), 0);
        return written;
    }
    let before = New::from(crate::read::<Old>(received));
    let mut after = before.clone();
    change(&mut after);

    let (mut visitor, options, clock) = crate::with_payload(received);
    let arrived = visitor.cookie_header();
    STEPS.set(0);
    let meant = after.clone();
    visitor.visit::<New, _>(&options, |session| {
        assert_eq!(encoding::<New>(session), encoding(&before));
        if encoding(&after) != encoding(&before) {
            **session = after;
        }
    });
    assert_eq!((visitor.unreadable(), STEPS.get()), (None, 1));
    if encoding(&before) == encoding(&meant) {
        assert_eq!(visitor.cookie_header(), arrived, "looking does not write");
        return received.to_owned();
    }
    let written = crate::payload(&visitor, &clock);
    // The tag, what nobody knows as it was received, and then what the new struct says.
    let unknown = Members::of(received).0.into_iter().filter(|(name, _)| name.starts_with("js"));
    let unknown: Vec<_> = unknown.map(|(name, value)| format!(r#""{name}":{value},"#)).collect();
    let known = without_tag(&encoding(&meant));
    assert_eq!(
        written,
        format!(r#"{{"$":{{"v":2}},{}{}"#, unknown.concat(), known.strip_prefix('{').unwrap())
    );
    written
}
