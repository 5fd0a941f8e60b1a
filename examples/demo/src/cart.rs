//! The cart: a field of the session, with its own type.

use iron_session::MaxSize;
use iron_session::schema::Items;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{PRODUCTS, Product};
use crate::text;

pub(crate) const MAX_QUANTITY: u8 = 99;
pub(crate) const MAX_PRINTED_UNITS: usize = 24;

/// The members of a team, in the order in which they are equipped.
const TEAM: [&str; 20] = [
    "Ada", "Barbara", "Claude", "Donald", "Edsger", "Frances", "Grace", "Hedy", "Ida", "John", "Kathleen",
    "Leslie", "Margaret", "Niklaus", "Ole", "Peter", "Radia", "Sophie", "Tony", "Ursula",
];
const TEAM_SIZE: usize = 5;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Cart(Vec<Line>);

/// Lets the session limit the number of lines in a cart.
impl Items for Cart {
    type Item = Line;
}

/// Name and price are stored as they were when the product was put into the cart, even if the
/// catalogue changes later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, MaxSize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    #[session(max_bytes = 16)]
    pub(crate) product: String,
    #[session(max_bytes = 16)]
    pub(crate) name: String,
    // Three times `MAX_PRINTED_UNITS`.
    #[session(max_bytes = 72)]
    pub(crate) printed: String,
    pub(crate) price_cents: u32,
    pub(crate) quantity: u8,
}

impl Cart {
    pub(crate) fn lines(&self) -> &[Line] {
        &self.0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn count(&self) -> u32 {
        self.0.iter().map(|line| u32::from(line.quantity)).sum()
    }

    pub(crate) fn total_cents(&self) -> u64 {
        self.0.iter().map(Line::total_cents).sum()
    }

    /// Adds one piece of a product. The text to print on it is cut to the allowed length.
    pub(crate) fn add(&mut self, product: &Product, printed: &str) {
        let printed = text::fitting(printed, MAX_PRINTED_UNITS);
        match self.find(product.id, printed) {
            Some(line) => line.quantity = MAX_QUANTITY.min(line.quantity.saturating_add(1)),
            None => self.0.push(Line {
                product: product.id.to_owned(),
                name: product.name.to_owned(),
                printed: printed.to_owned(),
                price_cents: product.price_cents,
                quantity: 1,
            }),
        }
    }

    /// Adds one of everything for each of the next five people, and returns their names.
    /// Each person gets separate lines, so this makes the cart grow quickly.
    pub(crate) fn add_team(&mut self) -> Vec<&'static str> {
        let is_new = |name: &&str| !self.0.iter().any(|line| line.printed == *name);
        let team: Vec<_> = TEAM.into_iter().filter(is_new).take(TEAM_SIZE).collect();
        for name in &team {
            for product in &PRODUCTS {
                self.add(product, name);
            }
        }
        team
    }

    /// Sets the quantity of a line; zero removes the line.
    pub(crate) fn set_quantity(&mut self, product: &str, printed: &str, quantity: u8) {
        if let Some(line) = self.find(product, printed) {
            line.quantity = quantity.min(MAX_QUANTITY);
        }
        self.0.retain(|line| line.quantity > 0);
    }

    fn find(&mut self, product: &str, printed: &str) -> Option<&mut Line> {
        self.0.iter_mut().find(|line| line.product == product && line.printed == printed)
    }
}

impl Line {
    pub(crate) fn total_cents(&self) -> u64 {
        u64::from(self.price_cents) * u64::from(self.quantity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_thing_twice_is_one_line() {
        let mut cart = Cart::default();
        cart.add(&PRODUCTS[0], "");
        cart.add(&PRODUCTS[0], "Ada");
        cart.add(&PRODUCTS[0], "");
        assert_eq!((cart.lines().len(), cart.count()), (2, 3));
        assert_eq!(cart.total_cents(), 3 * u64::from(PRODUCTS[0].price_cents));

        cart.set_quantity(PRODUCTS[0].id, "", MAX_QUANTITY + 1);
        assert_eq!(cart.count(), u32::from(MAX_QUANTITY) + 1);
        cart.set_quantity(PRODUCTS[0].id, "", 0);
        assert_eq!((cart.lines().len(), cart.count()), (1, 1));
    }

    #[test]
    fn each_team_is_made_of_others() {
        let mut cart = Cart::default();
        let sizes = [(); 5].map(|()| cart.add_team().len());
        assert_eq!(sizes, [5, 5, 5, 5, 0]);
        assert_eq!(cart.lines().len(), TEAM.len() * PRODUCTS.len());
    }

    #[test]
    fn no_line_is_larger_than_its_bounds() {
        let mut cart = Cart::default();
        for product in &PRODUCTS {
            for printed in ["語".repeat(30), "\"\\".repeat(20), "\u{1}".repeat(99), "🖋".repeat(20)] {
                cart.add(product, &printed);
            }
        }
        for line in cart.lines() {
            let len = |text: &str| serde_json::to_string(text).unwrap().len() - 2;
            assert!(
                len(&line.product) <= 16 && len(&line.name) <= 16 && len(&line.printed) <= 72,
                "{line:?}"
            );
        }
    }
}
