//! The session types of this library's applications. They have the same members: one type uses
//! one cookie, like the other libraries, and one uses as many as a large session needs.

use benches::samples::{Item, Shop};
use iron_session::IronSession;

/// The operations of the handlers on a session.
pub(super) trait Visited: IronSession + From<Shop> {
    fn visits_mut(&mut self) -> &mut u32;
    fn greeting(&self) -> String;
}

impl Visited for Shop {
    fn visits_mut(&mut self) -> &mut u32 {
        &mut self.visits
    }

    fn greeting(&self) -> String {
        super::greeting(self)
    }
}

/// A shop's session in one cookie.
#[derive(IronSession, Clone, Debug, Default)]
#[session(rename_all = "camelCase")]
pub(super) struct Login {
    user_id: Option<u64>,
    visits: u32,
    name: Option<String>,
    roles: Vec<String>,
    cart: Vec<Item>,
}

impl From<Shop> for Login {
    fn from(shop: Shop) -> Self {
        let Shop { user_id, visits, name, roles, cart } = shop;
        Self { user_id, visits, name, roles, cart }
    }
}

impl Visited for Login {
    fn visits_mut(&mut self) -> &mut u32 {
        &mut self.visits
    }

    fn greeting(&self) -> String {
        self.name.clone().unwrap_or_default()
    }
}
