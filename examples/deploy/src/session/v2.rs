//! The second release: more members, at the top and in the cart's lines.

use iron_session::IronSession;
use serde::{Deserialize, Serialize};

use super::ShopSession;

/// Servers of the first release may read and write it: they keep the theme and
/// the gifts, which they don't know. So the first release's cookies need no step
/// either, and there is no `previous`.
#[derive(IronSession, Clone, Debug, Default)]
#[session(version = 2, untagged = 1, readable_by = 1, rename_all = "camelCase")]
pub struct AppSession {
    /// Who is signed in.
    pub user_name: Option<String>,
    /// What they want to buy.
    pub cart: Vec<Line>,
    /// Shown once.
    #[session(flash)]
    pub greeting: Option<String>,
    /// The colours of the pages.
    pub theme: Option<String>,
}

/// A line of the cart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// What.
    pub product: String,
    /// How many.
    pub quantity: u32,
    /// Whether to wrap it. The first release's lines don't say.
    #[serde(default)]
    pub gift: bool,
}

impl ShopSession for AppSession {
    const RELEASE: u32 = 2;

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
