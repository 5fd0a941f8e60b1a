//! The third release, with a different type for the cart.

use std::collections::BTreeMap;

use iron_session::IronSession;
use serde::{Deserialize, Serialize};

use super::{ShopSession, v2};

/// Servers of the second release can't read it, and leave it alone: a visitor looks signed out
/// to them, and is signed in again on the next server of this release. Cookies of the first and
/// the second release are read through `previous`.
#[derive(IronSession, Clone, Debug, Default)]
#[session(version = 3, untagged = 1, previous = v2::AppSession, rename_all = "camelCase")]
pub struct AppSession {
    /// The name of the signed-in user.
    pub user_name: Option<String>,
    /// The products to buy, with the product as the key.
    pub cart: BTreeMap<String, Item>,
    /// A greeting that is shown once.
    #[session(flash)]
    pub greeting: Option<String>,
    /// The colours of the pages.
    pub theme: Option<String>,
}

/// The quantity and wrapping of a product.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// The quantity.
    pub quantity: u32,
    /// Whether to wrap it.
    pub gift: bool,
}

impl From<v2::AppSession> for AppSession {
    fn from(old: v2::AppSession) -> Self {
        let mut cart = BTreeMap::<String, Item>::new();
        for line in old.cart {
            let item = cart.entry(line.product).or_default();
            item.quantity += line.quantity;
            item.gift |= line.gift;
        }
        Self { user_name: old.user_name, cart, greeting: old.greeting, theme: old.theme }
    }
}

impl ShopSession for AppSession {
    const RELEASE: u32 = 3;

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
        self.cart.iter().map(|(product, item)| (product.as_str(), item.quantity, item.gift)).collect()
    }

    fn add(&mut self, product: &str) {
        self.cart.entry(product.to_owned()).or_default().quantity += 1;
    }

    fn wrap(&mut self, product: &str) {
        if let Some(item) = self.cart.get_mut(product) {
            item.gift = true;
        }
    }

    fn colours(&self) -> Option<&str> {
        self.theme()
    }

    fn choose_colours(&mut self, colours: &str) {
        self.set_theme(colours);
    }
}
