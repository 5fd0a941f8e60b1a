//! The second release, with more members in the session and in the lines of the cart.

use iron_session::IronSession;
use serde::{Deserialize, Serialize};

use super::ShopSession;

/// Servers of the first release may read and write it: they keep the theme and the gifts, which
/// they don't know. For the same reason, cookies of the first release need no migration, and
/// there is no `previous`.
#[derive(IronSession, Clone, Debug, Default)]
#[session(version = 2, untagged = 1, readable_by = 1, rename_all = "camelCase")]
pub struct AppSession {
    /// The name of the signed-in user.
    pub user_name: Option<String>,
    /// The products to buy.
    pub cart: Vec<Line>,
    /// A greeting that is shown once.
    #[session(flash)]
    pub greeting: Option<String>,
    /// The colours of the pages.
    pub theme: Option<String>,
}

/// A line of the cart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The product.
    pub product: String,
    /// The quantity.
    pub quantity: u32,
    /// Whether to wrap it. Lines from the first release don't have this member.
    #[serde(default)]
    pub gift: bool,
}

impl ShopSession for AppSession {
    const RELEASE: u32 = 2;

    fn user(&self) -> Option<&str> {
        self.user_name()
    }

    fn name_user(&mut self, name: String) {
        self.set_greeting(format!("Welcome, {name}."));
        self.set_user_name(name);
    }

    fn greet(&mut self) -> Option<String> {
        self.take_greeting()
    }

    fn lines(&self) -> Vec<(&str, u32, bool)> {
        self.cart.iter().map(|line| (line.product.as_str(), line.quantity, line.gift)).collect()
    }

    fn add(&mut self, product: &str) {
        match self.cart.iter_mut().find(|line| line.product == product) {
            Some(line) => line.quantity += 1,
            None => self.cart.push(Line { product: product.to_owned(), quantity: 1, gift: false }),
        }
    }

    fn wrap(&mut self, product: &str) {
        for line in self.cart.iter_mut().filter(|line| line.product == product) {
            line.gift = true;
        }
    }

    fn colours(&self) -> Option<&str> {
        self.theme()
    }

    fn choose_colours(&mut self, colours: &str) {
        self.set_theme(colours);
    }
}
