//! What the shop knows of a visitor.

use iron_session::{IronSession, Session};
use serde::{Deserialize, Serialize};

use crate::cart::Cart;

pub(crate) const COOKIE_NAME: &str = "app_session";

/// The whole of it travels in the cookie, or in up to four.
///
/// `Serialize` is for the panel alone; the session does not need it.
#[derive(IronSession, Clone, Debug, Default, PartialEq, Serialize)]
#[session(max_cookies = 4, rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppSession {
    pub(crate) user_name: Option<String>,
    pub(crate) cart: Cart,
    /// A message for the next page.
    #[session(flash)]
    pub(crate) notice: Option<Notice>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Notice {
    pub(crate) kind: Kind,
    pub(crate) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Kind {
    Success,
    Problem,
}

impl Notice {
    pub(crate) fn success(text: impl Into<String>) -> Self {
        Self { kind: Kind::Success, text: text.into() }
    }

    pub(crate) fn problem(text: impl Into<String>) -> Self {
        Self { kind: Kind::Problem, text: text.into() }
    }
}

/// Leaves a message for the next page, where it is the only change.
///
/// A session that can't be saved makes the answer a 500. Beside a cart that
/// fills the cookies to the last byte, the message is given up instead.
pub(crate) fn notify(session: &mut Session<AppSession>, notice: Notice) {
    session.set_notice(notice);
    if session.save().is_err() {
        session.take_notice();
    }
}

#[cfg(test)]
mod tests {
    use iron_session::session::RequestSession;
    use iron_session::{Passwords, SessionOptions};

    use super::*;
    use crate::catalogue::PRODUCTS;

    #[test]
    fn a_message_gives_way_to_a_full_cart() {
        let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX").unwrap();
        let options = SessionOptions::builder(COOKIE_NAME, passwords).build().unwrap();
        let request = RequestSession::<AppSession>::new(options);
        let mut session = request.session([]).unwrap();
        let mut fitting = Cart::default();
        for number in 0_u32.. {
            session.cart_mut().add(&PRODUCTS[2], &number.to_string());
            if session.save().is_err() {
                break;
            }
            fitting = session.cart().clone();
        }
        session.set_cart(fitting);

        notify(&mut session, Notice::problem("This is longer than any one line of the cart. ".repeat(4)));
        assert_eq!(session.peek_notice(), None);
        drop(session);
        let commit = request.commit(303);
        assert!(!commit.replace_answer);
        assert_eq!(commit.set_cookies.len(), 5, "four chunks, and the end of the whole cookie");
    }
}
