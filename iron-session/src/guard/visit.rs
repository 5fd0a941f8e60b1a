//! Decides what happens to a request for which nobody is signed in.

use super::cross_origin::header_text;
use super::signed_in::SignedIn;
use crate::cookie::SameSite;
use crate::error::AccessError;
use crate::field::ReturnTo;
use crate::session::handle::Session;
use crate::session::{SignIn, Unreadable};

/// The parts of a request on which the decision depends.
#[derive(Clone, Copy)]
pub(crate) struct Visit<'a> {
    method: &'a str,
    target: &'a str,
    /// The header `Sec-Fetch-Mode`.
    fetch_mode: Option<&'a str>,
    /// The header `Sec-Fetch-Site`.
    fetch_site: Option<&'a str>,
    accept: Option<&'a str>,
}

impl<'a> Visit<'a> {
    /// Takes the method, the path with the query as the browser sent them, and what returns the
    /// value of a header.
    pub(crate) fn new(
        method: &'a str,
        target: &'a str,
        header: impl Fn(&'static str) -> Option<&'a [u8]>,
    ) -> Self {
        let header = |name| header(name).map(header_text);
        Self {
            method,
            target,
            fetch_mode: header("sec-fetch-mode"),
            fetch_site: header("sec-fetch-site"),
            accept: header("accept"),
        }
    }

    /// Lets a signed-in user in, and decides where any other request goes.
    pub(crate) fn admit<T: SignIn>(self, mut session: Session<T>) -> Result<SignedIn<T>, AccessError> {
        if let Some(subject) = T::subject(&session).cloned() {
            return Ok(SignedIn { subject, session });
        }
        let Some(sign_in_page) = session.options().sign_in_page().filter(|page| self.may_go_to(page)) else {
            return Err(AccessError::NotSignedIn);
        };
        let sign_in_page = sign_in_page.to_owned();
        // Another method can't be repeated by a redirect.
        if let (Some(way_back), "GET") = (T::WAY_BACK, self.method)
            && self.replaces_no_session(&session)
        {
            // Without a path that is safe, an older one would lead to the wrong page.
            let target = ReturnTo::parse(self.target).unwrap_or_default();
            session.update(|session| *way_back(session) = target);
        }
        Err(AccessError::SignIn { sign_in_page })
    }

    /// Tells whether a cookie with the way back replaces no session that somebody may still read:
    /// another server of this site, or this one if the browser has only held the cookie back.
    fn replaces_no_session<T: SignIn>(self, session: &Session<T>) -> bool {
        let is_held_back = session.options().same_site() == SameSite::Strict
            && self.fetch_site.is_some_and(|site| !matches!(site, "same-origin" | "same-site" | "none"));
        let is_over = matches!(
            session.meta().unreadable(),
            None | Some(Unreadable::Expired | Unreadable::Ended | Unreadable::Malformed)
        );
        is_over && !is_held_back
    }

    /// Tells whether a browser can be sent to the sign-in page: it opens a page, and another one.
    fn may_go_to(self, sign_in_page: &str) -> bool {
        let path = |target: &str| target.split('?').next().unwrap_or_default().to_owned();
        self.opens_page() && path(self.target) != path(sign_in_page)
    }

    fn opens_page(self) -> bool {
        match self.fetch_mode {
            Some(mode) => mode == "navigate",
            None => self.method == "GET" && self.accept.is_some_and(accepts_html),
        }
    }
}

fn accepts_html(accept: &str) -> bool {
    let essence = |range: &str| range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    accept.split(',').any(|range| essence(range) == "text/html")
}
