//! Which session types own which cookies of a request.

use crate::codec::IronSession;
use crate::error::Conflict;
use crate::options::SessionOptions;

/// Records which session types own which cookies of a request.
///
/// An adapter keeps one per request, so that two types can't share a cookie and overwrite
/// each other.
#[derive(Clone, Debug, Default)]
pub struct CookieOwners {
    /// Usually there is only one, which needs no list.
    first: Option<Owner>,
    others: Vec<Owner>,
}

/// The owner of a cookie: the cookie's name and the session type's name.
type Owner = (SessionOptions, &'static str);

impl CookieOwners {
    /// Claims the options' cookie for a session type.
    ///
    /// # Errors
    ///
    /// [`Conflict::SharedCookie`] if another type owns it. This is also logged.
    pub fn claim<T: IronSession>(&mut self, options: &SessionOptions) -> Result<(), Conflict> {
        let cookie = options.cookie_name();
        let mut owners = self.first.iter().chain(&self.others);
        if let Some((_, first)) = owners.find(|(claimed, _)| claimed.cookie_name() == cookie) {
            let second = T::SCHEMA.name();
            let conflict = Conflict::SharedCookie { cookie: cookie.to_owned(), first, second };
            crate::event::conflict(cookie, &conflict);
            return Err(conflict);
        }
        let owner = (options.clone(), T::SCHEMA.name());
        match self.first {
            None => self.first = Some(owner),
            Some(_) => self.others.push(owner),
        }
        Ok(())
    }
}
