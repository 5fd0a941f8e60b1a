//! Sessions of typical sizes: a login with a growing cart.

use iron_session::IronSession;
use serde::{Deserialize, Serialize};

/// A session that both the derive and serde read and write.
#[derive(IronSession, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[session(rename_all = "camelCase", max_cookies = 4)]
#[serde(rename_all = "camelCase")]
pub struct Shop {
    /// Who is signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// What they may do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// When they signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_in_secs: Option<u64>,
    /// What they want to buy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cart: Option<Vec<Line>>,
}

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "plain words")]
pub enum Role {
    Customer,
    Staff,
}

/// A line of the cart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "plain words")]
pub struct Line {
    pub sku: String,
    pub title: String,
    pub quantity: u32,
    pub cents: u64,
}

impl Shop {
    /// Makes a session with so many lines in its cart; none: a login alone.
    pub fn with_lines(lines: u32) -> Self {
        let line = |number: u32| Line {
            sku: format!("SKU-{:05}", number * 7919 % 100_000),
            title: format!("Article number {number} of the shop"),
            quantity: number % 5 + 1,
            cents: u64::from(number) * 995,
        };
        let all = lines > 0;
        Self {
            user_id: Some("usr_2f1c9a7be0d84a6c".to_owned()),
            role: all.then_some(Role::Customer),
            signed_in_secs: all.then_some(1_763_650_000),
            cart: all.then(|| (1..=lines).map(line).collect()),
        }
    }

    /// Returns its JSON.
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The sizes that are measured, and their sessions: about 40, 300, 1,050 and 2,500 bytes of JSON.
pub fn sizes() -> [(&'static str, Shop); 4] {
    [("40 B", 0), ("300 B", 3), ("1 kB", 11), ("2.5 kB", 28)]
        .map(|(name, lines)| (name, Shop::with_lines(lines)))
}

/// A password for what is measured.
pub const PASSWORD: &str = "suT9auI75gyENwTT7b3ssMo8LDqqMCLnykVw";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_of_their_sizes() {
        let bytes = sizes().map(|(_, session)| session.json().len());
        assert_eq!(bytes, [33, 340, 1023, 2502]);
    }
}
