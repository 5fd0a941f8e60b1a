//! The first release, which did not plan for others.

use iron_session::IronSession;
use serde::{Deserialize, Serialize};

use super::ShopSession;

/// A session without a version is version 1.
#[derive(IronSession, Clone, Debug, Default)]
#[session(rename_all = "camelCase")]
pub struct AppSession {
    /// The name of the signed-in user.
    pub user_name: Option<String>,
    /// The products to buy.
    pub cart: Vec<Line>,
    /// A greeting that is shown once.
    #[session(flash)]
    pub greeting: Option<String>,
}

/// A line of the cart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The product.
    pub product: String,
    /// The quantity.
    pub quantity: u32,
}

impl ShopSession for AppSession {
    const RELEASE: u32 = 1;

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
        self.cart.iter().map(|line| (line.product.as_str(), line.quantity, false)).collect()
    }

    fn add(&mut self, product: &str) {
        match self.cart.iter_mut().find(|line| line.product == product) {
            Some(line) => line.quantity += 1,
            None => self.cart.push(Line { product: product.to_owned(), quantity: 1 }),
        }
    }
}
