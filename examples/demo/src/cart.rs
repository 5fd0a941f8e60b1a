//! The cart: a field of the session, with a type of its own.

use serde::{Deserialize, Serialize};

use crate::catalogue::{PRODUCTS, Product};

pub(crate) const MAX_QUANTITY: u32 = 99;
pub(crate) const MAX_PRINTED_CHARS: usize = 24;

/// Who a team consists of, in the order in which they are equipped.
const TEAM: [&str; 20] = [
    "Ada", "Barbara", "Claude", "Donald", "Edsger", "Frances", "Grace", "Hedy", "Ida", "John", "Kathleen",
    "Leslie", "Margaret", "Niklaus", "Ole", "Peter", "Radia", "Sophie", "Tony", "Ursula",
];
const TEAM_SIZE: usize = 5;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Cart(Vec<Line>);

/// Name and price are those at which it was put into the cart, whatever the
/// catalogue says later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    pub(crate) product: String,
    pub(crate) name: String,
    pub(crate) printed: String,
    pub(crate) price_cents: u32,
    pub(crate) quantity: u32,
}

impl Cart {
    pub(crate) fn lines(&self) -> &[Line] {
        &self.0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn count(&self) -> u32 {
        self.0.iter().map(|line| line.quantity).sum()
    }

    pub(crate) fn total_cents(&self) -> u32 {
        self.0.iter().map(Line::total_cents).sum()
    }

    pub(crate) fn add(&mut self, product: &Product, printed: &str) {
        match self.find(product.id, printed) {
            Some(line) => line.quantity = MAX_QUANTITY.min(line.quantity + 1),
            None => self.0.push(Line {
                product: product.id.to_owned(),
                name: product.name.to_owned(),
                printed: printed.to_owned(),
                price_cents: product.price_cents,
                quantity: 1,
            }),
        }
    }

    /// Adds one of everything for each of the next five people, and returns
    /// them. Each gets lines of their own, so that this is what makes it grow.
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

    /// Sets a line's quantity; none removes it.
    pub(crate) fn set_quantity(&mut self, product: &str, printed: &str, quantity: u32) {
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
    pub(crate) fn total_cents(&self) -> u32 {
        self.price_cents * self.quantity
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
        assert_eq!(cart.total_cents(), 3 * PRODUCTS[0].price_cents);

        cart.set_quantity(PRODUCTS[0].id, "", MAX_QUANTITY + 1);
        assert_eq!(cart.count(), MAX_QUANTITY + 1);
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
}
