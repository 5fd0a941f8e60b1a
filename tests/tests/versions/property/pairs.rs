//! Pairs of a session struct and the same with more members.

use std::collections::BTreeMap;

use iron_session::json_schema::HasJsonSchema;
use iron_session::{Expiring, IronSession};

use super::play_modelled;
use super::values::{Field, Random, nested};

/// A session struct whose fields take random values.
pub(crate) trait Fields: HasJsonSchema {
    fn any(random: &mut Random) -> Self;

    /// Changes one of its fields.
    fn change(&mut self, random: &mut Random);
}

/// Declares two versions, and the test that plays them.
macro_rules! pairs {
    ($($(#[doc = $doc:literal])* $pair:ident: $old:tt => $new:tt)*) => {
        $(
            mod $pair {
                use super::*;

                $(#[doc = $doc])*
                pub(super) mod v1 {
                    use super::*;
                    session!([] $old);
                }
                pub(super) mod v2 {
                    use super::*;
                    session!([version = 2, untagged = 1, readable_by = 1] $new);
                }
            }

            #[test]
            fn $pair() {
                play_modelled::<$pair::v1::AppSession, $pair::v2::AppSession>();
            }
        )*

        /// Plays every pair with other servers.
        #[cfg(feature = "live")]
        pub(crate) fn play_all(servers: &std::cell::RefCell<impl super::Servers>) {
            $(super::play_some::<$pair::v1::AppSession, $pair::v2::AppSession>(servers);)*
        }
    };
}

macro_rules! session {
    ([$($of_struct:tt)*] { $(#![session($($inner:tt)*)])? $($(#[$of_field:meta])* $field:ident: $ty:ty),* $(,)? }) => {
        #[derive(IronSession, Clone, Debug)]
        #[session(json_schema, $($of_struct)*)]
        $(#[session($($inner)*)])?
        pub(crate) struct AppSession {
            /// Never changed, so that the session is never empty.
            pub(crate) serial: u32,
            $($(#[$of_field])* pub(crate) $field: $ty,)*
        }

        impl Fields for AppSession {
            fn any(random: &mut Random) -> Self {
                Self { serial: random.next() | 1, $($field: Field::any(random),)* }
            }

            fn change(&mut self, random: &mut Random) {
                let fields = [$(stringify!($field)),*];
                let chosen = random.pick(&fields);
                $(if chosen == stringify!($field) {
                    self.$field.change(random);
                })*
            }
        }
    };
}

pub(crate) use session;

nested!(Line { quantity: u32, note: String });
nested!(PricedLine { quantity: u32, note: String, #[serde(default)] price: Option<f64>, });
nested!(Address { street: String, city: Option<String>, });
nested!(LocatedAddress {
    street: String,
    city: Option<String>,
    #[serde(default)] lines: Vec<Line>,
    #[serde(default, skip_serializing_if = "Option::is_none")] zip: Option<String>,
});
nested!(Company { address: Address, employees: Vec<Address>, });
nested!(LocatedCompany { address: LocatedAddress, employees: Vec<LocatedAddress>, #[serde(default)] rating: u32, });
nested!(
    #[serde(rename_all = "camelCase")]
    Profile { first_name: String, last_name: String }
);
nested!(
    #[serde(rename_all = "camelCase")]
    PicturedProfile {
        first_name: String,
        last_name: String,
        #[serde(rename = "map\"\u{e9}", default)] picture: BTreeMap<String, f64>,
    }
);

pairs! {
    /// Values of one piece.
    plain: { visits: u32, ratio: f64, name: String, seen: bool, }
        => { added: f64, visits: u32, ratio: f64, more: String, name: String, seen: bool, }

    /// Values that may be missing.
    optional: { user: Option<String>, balance: Option<f64>, }
        => { user: Option<String>, balance: Option<f64>, theme: Option<String>, stars: Option<u32>, }

    /// Values with more members than before, in other values.
    nested: { address: Address, company: Option<Company>, }
        => { address: LocatedAddress, company: Option<LocatedCompany>, theme: Option<Address>, }

    /// Lists.
    listed: { cart: Vec<Line>, tags: Vec<u32>, }
        => { cart: Vec<PricedLine>, tags: Vec<u32>, wishes: Vec<Line>, }

    /// Names that somebody chose.
    mapped: { map: BTreeMap<String, u32>, map_of_lines: BTreeMap<String, Line>, }
        => { map: BTreeMap<String, u32>, map_of_lines: BTreeMap<String, PricedLine>, map_of_names: BTreeMap<String, String>, }

    /// What is read once, and what ends.
    passing: {
        #[session(flash)] notice: Option<String>,
        #[session(flash)] alerts: Vec<Line>,
        #[session(expires_in = "15m")] sudo: Expiring<Address>,
    } => {
        #[session(flash)] notice: Option<String>,
        #[session(flash)] alerts: Vec<PricedLine>,
        #[session(expires_in = "15m")] sudo: Expiring<LocatedAddress>,
        #[session(flash(expires_in = "1h"))] hint: Option<String>,
        #[session(expires_in = "1h")] code: Expiring<u32>,
    }

    /// Names on the wire that aren't the fields'.
    renamed: {
        #![session(rename_all = "camelCase")]
        user_name: Option<String>,
        #[session(rename = "q\"\u{e9}")] quantity: u32,
        profile: Profile,
    } => {
        #![session(rename_all = "camelCase")]
        user_name: Option<String>,
        #[session(rename = "q\"\u{e9}")] quantity: u32,
        profile: PicturedProfile,
        home_page: Option<String>,
    }

    /// A member whose name the new release changed for itself, and still reads by the old.
    aliased: { #[session(alias = "nick")] name: Option<Profile>, visits: u32, }
        => { #[session(alias = "nick")] name: Option<PicturedProfile>, visits: u32, #[session(alias = "colour")] color: Option<String>, }

    /// Fields that may fail alone, and have defaults.
    lenient: { #[session(on_error = "default")] level: u32, #[session(default = "five")] stars: u32, }
        => {
            #[session(on_error = "default")] level: u32,
            #[session(default = "five")] stars: u32,
            #[session(on_error = "default", default = "five")] moons: u32,
        }
}

fn five() -> u32 {
    5
}
