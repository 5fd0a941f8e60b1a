//! The session that is measured: a login with a cart, in any size.

use iron_session::{IronSession, Passwords};
use serde::{Deserialize, Serialize};

/// The sizes for which figures are quoted, in bytes of JSON: a bare login, a login, a small
/// cart, a nearly full cookie.
pub const SIZES: [usize; 4] = [40, 300, 1000, 2500];

/// The size of a usual login, for comparisons at one size.
pub const LOGIN_BYTES: usize = 300;

/// The name of the cookie in all benchmarks.
pub const COOKIE: &str = "app_session";

/// The password in all benchmarks.
pub const PASSWORD: &str = "mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX";

/// A shop's session. Both the derive and serde implement it, so that the peers use the same
/// struct.
#[derive(IronSession, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[session(rename_all = "camelCase", max_cookies = 4)]
#[serde(rename_all = "camelCase", default)]
pub struct Shop {
    /// The id of the signed-in user.
    pub user_id: Option<u64>,
    /// Counts requests that change the session.
    pub visits: u32,
    /// The user's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The user's roles.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The products to buy.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cart: Vec<Item>,
}

/// A line of the cart.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// The id of the product.
    pub sku: String,
    /// The title on the page.
    pub title: String,
    /// The quantity.
    pub quantity: u8,
    /// The price of one piece.
    pub price_cents: u32,
}

/// Creates the passwords of every benchmark: one.
///
/// # Panics
///
/// Never, because the password is strong enough.
pub fn passwords() -> Passwords {
    Passwords::new(PASSWORD).expect("a strong password")
}

/// Creates a session whose JSON, as serde writes it, has at least `bytes` bytes, and exceeds
/// that by less than an item.
pub fn shop(bytes: usize) -> Shop {
    let mut shop = Shop { user_id: Some(1_234_567), visits: 1, ..Shop::default() };
    if bytes > 40 {
        shop.name = Some("Ada Lovelace".to_owned());
        shop.roles = vec!["customer".to_owned(), "reviewer".to_owned()];
    }
    while json(&shop).len() < bytes.saturating_sub(10) {
        let number = u32::try_from(shop.cart.len()).unwrap_or(u32::MAX);
        shop.cart.push(Item {
            sku: format!("SKU-{:05}", 10_000 + number),
            title: format!("A useful thing, number {}", 100 + number),
            quantity: 1,
            price_cents: 1999 + number,
        });
    }
    shop
}

/// Encodes a session as serde does.
///
/// # Panics
///
/// Never, because the struct is valid JSON.
pub fn json(shop: &Shop) -> String {
    serde_json::to_string(shop).expect("JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_about_what_they_say() {
        for bytes in SIZES.into_iter().chain([4000, 8000, 12_000]) {
            let len = json(&shop(bytes)).len();
            assert!(len + 10 >= bytes && len < bytes + 100, "{len} for {bytes}");
        }
    }
}
