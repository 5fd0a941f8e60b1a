//! The session types of the applications under test.

use std::sync::Arc;

use iron_session::IronSession;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A session with a field of every kind.
#[derive(IronSession, Clone, Debug, Default)]
#[session(json_schema, rename_all = "camelCase", max_cookies = 4)]
pub struct AppSession {
    /// The id of the signed-in user.
    pub user_id: Option<String>,
    /// A plain field.
    pub visits: u32,
    /// A field that can grow.
    pub cart: Vec<CartItem>,
    /// A nested object.
    pub address: Option<Address>,
    /// A number that JavaScript may spell differently.
    pub balance: f64,
    /// A field with another name on the wire, and an older one as an alias.
    #[session(rename = "lang", alias = "locale")]
    pub language: Option<String>,
    /// A flash: read once.
    #[session(flash)]
    pub notice: Option<String>,
    /// A queue: several values, read once.
    #[session(flash)]
    pub alerts: Vec<String>,
    /// Only for this request.
    #[session(transient)]
    pub current_user: Option<Arc<User>>,
}

/// An element of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CartItem {
    /// The product.
    pub sku: String,
    /// The quantity.
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

/// It deliberately implements neither `Serialize` nor `Deserialize`.
#[derive(Debug)]
pub struct User {
    /// The name.
    pub name: String,
}

/// Another session of the same application.
#[derive(IronSession, Clone, Debug, Default)]
#[session(json_schema)]
pub struct OtherSession {
    /// A field.
    pub theme: Option<String>,
}
