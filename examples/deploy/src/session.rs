//! The data that the shop stores about a visitor, release by release.

pub mod v1;
pub mod v2;
pub mod v3;

use iron_session::IronSession;

/// The operations that the pages need from the session of any release.
///
/// An application that has one release at a time needs no such trait; its pages use the struct.
pub trait ShopSession: IronSession {
    /// The number of the release, as the pages show it.
    const RELEASE: u32;

    /// Returns the name of the signed-in user.
    fn user(&self) -> Option<&str>;

    /// Stores who is signed in, and greets them on the next page.
    fn name_user(&mut self, name: String);

    /// Takes the greeting, which is shown once.
    fn greet(&mut self) -> Option<String>;

    /// Lists the cart: product, quantity, and whether it is a gift.
    fn lines(&self) -> Vec<(&str, u32, bool)>;

    /// Puts one more piece of a product into the cart.
    fn add(&mut self, product: &str);

    /// Has a product wrapped as a gift. The first release can't do this.
    fn wrap(&mut self, _product: &str) {}

    /// Returns the chosen colours.
    fn colours(&self) -> Option<&str> {
        None
    }

    /// Chooses colours. The first release has only one set.
    fn choose_colours(&mut self, _colours: &str) {}
}
