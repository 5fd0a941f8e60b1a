//! The session types of the applications under test.

use std::sync::Arc;

use iron_session::IronSession;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A session with a field of every kind.
#[derive(IronSession, Clone, Debug, Default)]
#[session(schema, rename_all = "camelCase", max_cookies = 4)]
pub struct AppSession {
    /// Who is logged in.
    pub user_id: Option<String>,
    /// A plain field.
    pub visits: u32,
    /// Something that grows.
    pub cart: Vec<CartItem>,
    /// A nested object.
    pub address: Option<Address>,
    /// A number that JavaScript may spell in its own way.
    pub balance: f64,
    /// A field with another name on the wire, and an older one.
    #[session(rename = "lang", alias = "locale")]
    pub language: Option<String>,
    /// Read once.
    #[session(flash)]
    pub notice: Option<String>,
    /// Read once, several at a time.
    #[session(flash)]
    pub alerts: Vec<String>,
    /// For this request only.
    #[session(transient)]
    pub current_user: Option<Arc<User>>,
}

/// An element of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CartItem {
    /// What.
    pub sku: String,
    /// How many.
    pub quantity: u32,
}

/// A nested object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Address {
    /// The street.
    pub street: String,
    /// The city.
    pub city: String,
}

/// Deliberately neither `Serialize` nor `Deserialize`.
#[derive(Debug)]
pub struct User {
    /// The name.
    pub name: String,
}

/// Another session of the same application.
#[derive(IronSession, Clone, Debug, Default)]
#[session(schema)]
pub struct OtherSession {
    /// A field.
    pub theme: Option<String>,
}
