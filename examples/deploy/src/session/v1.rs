//! The first release, which thought of no other.

use iron_session::IronSession;
use serde::{Deserialize, Serialize};

use super::ShopSession;

/// A session without a version is version 1.
#[derive(IronSession, Clone, Debug, Default)]
#[session(rename_all = "camelCase")]
pub struct AppSession {
    /// Who is signed in.
    pub user_name: Option<String>,
    /// What they want to buy.
    pub cart: Vec<Line>,
    /// Shown once.
    #[session(flash)]
    pub greeting: Option<String>,
}

/// A line of the cart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// What.
    pub product: String,
    /// How many.
    pub quantity: u32,
}

impl ShopSession for AppSession {
    const RELEASE: u32 = 1;

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
        self.cart.iter().map(|line| (line.product.as_str(), line.quantity, false)).collect()
    }

    fn add(&mut self, product: &str) {
        match self.cart.iter_mut().find(|line| line.product == product) {
            Some(line) => line.quantity += 1,
            None => self.cart.push(Line { product: product.to_owned(), quantity: 1 }),
        }
    }
}
