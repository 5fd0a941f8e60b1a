//! The content of a session, as JSON.

use iron_session::IronSession;
use iron_session::clock::Timestamp;
use maud::{Markup, html};
use serde::Serialize;

use crate::cart::Cart;
use crate::page::Frame;
use crate::session::{AppSession, Notice, Sudo};

/// The members, longest last. The token is left out, so that it does not appear in a picture of
/// the panel.
#[derive(PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Members<'a> {
    user_name: Option<&'a str>,
    sudo: Option<Until<'a>>,
    return_to: Option<&'a str>,
    csrf: &'static str,
    notice: Option<&'a Notice>,
    cart: &'a Cart,
}

#[derive(PartialEq, Serialize)]
struct Until<'a> {
    value: &'a Sudo,
    until_ms: Option<u64>,
}

impl<'a> Members<'a> {
    fn of(session: &'a AppSession) -> Self {
        let until_ms = session.sudo.until().map(Timestamp::as_unix_ms);
        Self {
            user_name: session.user_name(),
            sudo: session.sudo().map(|value| Until { value, until_ms }),
            return_to: Some(session.return_to().as_str()).filter(|path| !path.is_empty()),
            csrf: if session.csrf().is_empty() { "none yet" } else { "not shown" },
            notice: session.peek_notice(),
            cart: session.cart(),
        }
    }

    fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_else(|error| error.to_string())
    }
}

/// The member with the library's metadata. A session gets it when it is written, so an empty
/// session has it as well.
const METADATA: &str = "$";

/// Tells whether the session is empty, including members of other programs.
pub(super) fn is_empty(frame: &Frame) -> bool {
    let is_ours = |(name, _): &(String, usize)| name == METADATA || AppSession::canonical(name).is_some();
    Members::of(&frame.session) == Members::of(&AppSession::empty())
        && frame.usage.members.iter().all(is_ours)
}

pub(super) fn content(session: &AppSession) -> Markup {
    html! {
        pre tabindex="0" data-testid="session" { (Members::of(session).json()) }
        @if let Some(user) = session.user() {
            p.hint data-testid="transient" {
                "For this request only, not in the cookies: the record of customer " (user.customer_number)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Notice, Sudo};

    #[test]
    fn what_a_visitor_typed_is_text() {
        let mut session = AppSession::default();
        session.set_user_name("</pre><script>");
        let markup = content(&session).into_string();
        assert!(markup.contains("&lt;/pre&gt;&lt;script&gt;"), "{markup}");
        assert!(!markup.contains("<script"), "{markup}");
    }

    #[test]
    fn every_field_of_the_cookie_is_shown_and_no_token() {
        let mut session = AppSession::default();
        session.set_notice(Notice::success("Welcome."));
        session.set_sudo(Sudo::Password);
        let token = session.csrf_mut().issue().unwrap().to_owned();
        let json = Members::of(&session).json();
        let members: serde_json::Value = serde_json::from_str(&json).unwrap();
        let budget = AppSession::budget();
        assert!(budget.fields().iter().all(|field| members.get(field.name()).is_some()), "{members}");
        assert_eq!(members["sudo"]["value"], "password");
        assert!(!json.contains(&token));
    }
}
