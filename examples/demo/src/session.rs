//! The data that the shop stores about a visitor.

use std::sync::Arc;

use iron_session::{CsrfToken, Expiring, IronSession, MaxSize, ReturnTo};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cart::Cart;
use crate::user::User;

pub(crate) const COOKIE_NAME: &str = "app_session";

/// All of it travels in one cookie, or in up to four. The compiler checks that the largest
/// possible session fits.
#[derive(IronSession, Clone, Debug, Default)]
#[session(budget = "strict", max_cookies = 4, reserve_unknown = 500)]
#[session(rename_all = "camelCase", javascript, json_schema)]
pub(crate) struct AppSession {
    /// The name of the signed-in user. The limit is three times `MAX_NAME_UNITS`.
    #[session(subject, max_bytes = 120)]
    pub(crate) user_name: Option<String>,
    /// The record of the signed-in user, which is not in the cookie.
    #[session(transient)]
    pub(crate) user: Option<Arc<User>>,
    /// It belongs to the visitor, so it survives a sign-in.
    #[session(keep, max_items = 52)]
    pub(crate) cart: Cart,
    /// A message for the next page.
    #[session(flash)]
    pub(crate) notice: Option<Notice>,
    /// The page to return to after a sign-in, or after the user has given the password.
    pub(crate) return_to: ReturnTo,
    /// Set if the user has given the password a moment ago.
    #[session(expires_in = "5m")]
    pub(crate) sudo: Expiring<Sudo>,
    /// The token that every form carries.
    pub(crate) csrf: CsrfToken,
}

pub(crate) const DRAFT_COOKIE_NAME: &str = "letter";
pub(crate) const MAX_LETTER_BYTES: usize = 5000;

/// An unfinished letter, in its own cookies. They may be compressed, because text is repetitive
/// and nothing secret is stored with it.
#[derive(IronSession, Clone, Debug)]
#[session(budget = "strict", max_cookies = 2, compress)]
pub(crate) struct Draft {
    #[session(max_bytes = 5000)]
    pub(crate) text: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, MaxSize, JsonSchema)]
pub(crate) struct Notice {
    pub(crate) kind: Kind,
    #[session(max_bytes = 240)]
    pub(crate) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, MaxSize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Kind {
    Success,
    Problem,
}

/// How the user has proved their identity.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, MaxSize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Sudo {
    Password,
}

impl Notice {
    pub(crate) fn success(text: impl Into<String>) -> Self {
        Self { kind: Kind::Success, text: text.into() }
    }

    pub(crate) fn problem(text: impl Into<String>) -> Self {
        Self { kind: Kind::Problem, text: text.into() }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use iron_session::clock::{ManualClock, Timestamp};
    use iron_session::session::RequestSession;
    use iron_session::testing::assert_schema;
    use iron_session::{Passwords, SessionOptions};

    use super::*;
    use crate::cart::MAX_QUANTITY;
    use crate::catalogue::PRODUCTS;

    fn options(clock: &ManualClock) -> SessionOptions {
        let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX").unwrap();
        SessionOptions::builder(COOKIE_NAME, passwords).clock(clock.clone()).build().unwrap()
    }

    fn clock() -> ManualClock {
        ManualClock::at(Timestamp::from_unix_ms(1_763_650_000_000))
    }

    #[test]
    fn the_schema_file_is_that_of_the_struct() {
        assert_schema!(AppSession, "schemas/app_session.v1.json");
    }

    #[test]
    fn the_fullest_session_fits() {
        let request = RequestSession::<AppSession>::new(options(&clock()).check().unwrap());
        let mut session = request.handle([""; 0]).unwrap();
        session.set_user_name("語".repeat(40));
        session.set_notice(Notice::problem("語".repeat(80)));
        session.set_return_to(ReturnTo::parse(&format!("/{}", "a".repeat(1023))).unwrap());
        session.set_sudo(Sudo::Password);
        session.csrf_mut().issue().unwrap();
        let mut cart = Cart::default();
        for number in 0.. {
            let printed = format!("{number:02}{}", "語".repeat(22));
            cart.add(&PRODUCTS[0], &printed);
            cart.set_quantity(PRODUCTS[0].id, &printed, MAX_QUANTITY);
            if session.try_set_cart(cart.clone()).is_err() {
                break;
            }
        }
        session.save().unwrap();
        drop(session);
        let commit = request.commit(303);
        assert!(!commit.replace_response);
        assert_eq!(commit.set_cookies.len(), 5, "four chunks, and one line that expires the whole cookie");
    }

    #[test]
    fn a_password_counts_for_five_minutes() {
        let clock = clock();
        let request = RequestSession::<AppSession>::new(options(&clock).check().unwrap());
        request.handle([""; 0]).unwrap().set_sudo(Sudo::Password);
        let cookie = request.commit(303).set_cookies.remove(0);
        for (secs, holds) in [(299, true), (1, false)] {
            clock.advance(Duration::from_secs(secs));
            let request = RequestSession::<AppSession>::new(options(&clock).check().unwrap());
            assert_eq!(request.handle([&*cookie]).unwrap().sudo().is_some(), holds);
        }
    }
}
