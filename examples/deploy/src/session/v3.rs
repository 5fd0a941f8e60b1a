//! The third release: the cart is something else.

use std::collections::BTreeMap;

use iron_session::IronSession;
use serde::{Deserialize, Serialize};

use super::{ShopSession, v2};

/// Servers of the second release can't read it, and leave it alone: on them a
/// visitor looks signed out, and on the next server of this release is not. What
/// they hold of the first release and of the second is read through `previous`.
#[derive(IronSession, Clone, Debug, Default)]
#[session(version = 3, untagged = 1, previous = v2::AppSession, rename_all = "camelCase")]
pub struct AppSession {
    /// Who is signed in.
    pub user_name: Option<String>,
    /// What they want to buy, by product.
    pub cart: BTreeMap<String, Item>,
    /// Shown once.
    #[session(flash)]
    pub greeting: Option<String>,
    /// The colours of the pages.
    pub theme: Option<String>,
}

/// How much of a product.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// How many.
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

    fn sign_in(&mut self, name: String) {
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
