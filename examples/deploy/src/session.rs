//! What the shop knows of a visitor, release by release.

pub mod v1;
pub mod v2;
pub mod v3;

use iron_session::IronSession;

/// What the pages ask of any release's session.
///
/// An application with one release at a time needs no such trait: its pages use
/// the struct.
pub trait ShopSession: IronSession {
    /// The release, as the pages show it.
    const RELEASE: u32;

    /// Returns who is signed in.
    fn user(&self) -> Option<&str>;

    /// Notes who is signed in, and greets them on the next page.
    fn sign_in(&mut self, name: String);

    /// Takes the greeting, which is shown once.
    fn greet(&mut self) -> Option<String>;

    /// Lists the cart: product, quantity, and whether it is a gift.
    fn lines(&self) -> Vec<(&str, u32, bool)>;

    /// Puts one more of a product into the cart.
    fn add(&mut self, product: &str);

    /// Has a product wrapped as a gift. The first release can't.
    fn wrap(&mut self, _product: &str) {}

    /// Returns the colours that were chosen.
    fn colours(&self) -> Option<&str> {
        None
    }

    /// Chooses colours. The first release has but one set.
    fn choose_colours(&mut self, _colours: &str) {}
}
