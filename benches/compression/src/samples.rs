//! Sessions like those of real applications. Ids and tokens are random, because real ones don't
//! compress either.

use serde_json::{Value, json};

/// Returns each kind of session, as JSON text.
pub fn all() -> Vec<(&'static str, String)> {
    let carts = [("cart of 10", 10), ("cart of 40", 40), ("cart of 120", 120)];
    let mut samples: Vec<_> = carts.map(|(name, items)| (name, cart(items).to_string())).into();
    samples.push(("OAuth tokens", tokens().to_string()));
    samples.push(("wizard's form", wizard().to_string()));
    samples
}

/// Returns random text in these letters, from a xorshift generator.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        let index = usize::try_from(self.below(words.len() as u64)).unwrap_or_default();
        words.get(index).copied().unwrap_or_default()
    }

    fn text(&mut self, letters: &str, len: usize) -> String {
        let letters: Vec<_> = letters.chars().collect();
        (0..len).filter_map(|_| letters.get(usize::try_from(self.next()).ok()? % letters.len())).collect()
    }
}

const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const HEX: &str = "0123456789abcdef";

/// A login, and lines with the ids, titles and prices of a cart.
fn cart(items: usize) -> Value {
    const MAKES: &[&str] = &["Oak", "Linen", "Copper", "Walnut", "Wool", "Steel", "Cotton", "Glass"];
    const THINGS: &[&str] =
        &["table lamp", "cushion", "bottle", "shelf", "blanket", "kettle", "chair", "bowl"];
    let mut noise = Noise(0x9E37_79B9_7F4A_7C15);
    let lines = (0..items).map(|_| {
        json!({
            "sku": format!("{}-{:05}", noise.text("ABCDEFGHKLMNPRSTUVWXZ", 3), noise.below(100_000)),
            "title": format!("{} {}", noise.pick(MAKES), noise.pick(THINGS)),
            "quantity": 1 + noise.below(4),
            "priceCents": 500 + noise.below(20_000),
        })
    });
    let lines: Vec<_> = lines.collect();
    json!({
        "userId": noise.text(HEX, 24), "name": "Ada Lovelace", "email": "ada@example.com",
        "roles": ["customer", "reviewer"], "csrf": noise.text(BASE64, 43), "cart": lines,
    })
}

/// The output of an identity provider: two signed tokens with random-looking text, and one
/// refresh token.
fn tokens() -> Value {
    let mut noise = Noise(0xD1B5_4A32_D192_ED03);
    let mut token = |claims| {
        let parts = [115, claims, 342].map(|len| noise.text(BASE64, len));
        parts.join(".")
    };
    let (access, id) = (token(900), token(1100));
    json!({
        "userId": "auth0|5f7c8ec7c33c6c004bbafe82", "accessToken": access, "idToken": id,
        "refreshToken": noise.text(BASE64, 60), "tokenType": "Bearer", "expiresAt": 1_763_650_000,
        "scope": "openid profile email offline_access read:orders write:orders",
    })
}

/// The answers to a form of several pages, most of them still empty.
fn wizard() -> Value {
    let applicant = |first: &str, city: &str| {
        json!({
            "firstName": first, "lastName": "Lovelace", "dateOfBirth": "1985-12-10", "maritalStatus": "single",
            "address": { "street": "12 St James's Square", "city": city, "postalCode": "SW1Y 4JH", "country": "GB" },
            "employment": { "status": "employed", "employer": "Analytical Engines Ltd", "since": "2019-04-01",
                "monthlyIncome": 5200, "currency": "GBP", "contract": "permanent" },
            "contact": { "email": format!("{}@example.com", first.to_lowercase()), "phone": "+44 20 7946 0958",
                "preferredChannel": "email" },
        })
    };
    let expense = |kind: &str, amount| json!({ "kind": kind, "amount": amount, "currency": "GBP", "interval": "monthly" });
    let kinds = ["rent", "energy", "insurance", "transport", "childcare", "subscriptions", "loans", "other"];
    json!({
        "userId": 1_234_567, "flow": "mortgage-application", "step": "expenses",
        "completedSteps": ["applicant", "coApplicant", "employment"],
        "applicants": [applicant("Ada", "London"), applicant("Byron", "London"), applicant("Anne", "Bath")],
        "expenses": kinds.into_iter().zip((100..).step_by(85)).map(|(kind, amount)| expense(kind, amount)).collect::<Vec<_>>(),
        "property": { "type": "", "price": null, "deposit": null, "postalCode": "", "yearBuilt": null },
        "documents": (1..=36).map(|n| json!({ "kind": "payslip", "file": format!("payslip-{n:02}.pdf"),
            "status": "uploaded", "pages": 1 })).collect::<Vec<_>>(),
        "comments": "We would like to move in before the end of the school year, and the seller knows about it. \
                     Please call in the evening; during the day we both have meetings most of the time.",
    })
}
