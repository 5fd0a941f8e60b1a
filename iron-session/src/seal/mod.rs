//! The seal: a value, encrypted and authenticated as one line of text.
//!
//! [`Sealer`] writes and reads the `Fe26.2` format of `@hapi/iron` 7 with the parameters and
//! the `~2` marker of npm's iron-session 8 and 9. It needs neither cookies nor HTTP: use it
//! alone for links in mails, for one-time tokens, or for any data that passes through
//! untrusted hands.
//!
//! ```
//! use iron_session::{Passwords, Sealer};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sealer = Sealer::new(Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?);
//! let seal = sealer.seal(&("reset-password", 42))?;
//! let (action, user): (String, u64) = sealer.unseal(&seal)?;
//! assert_eq!((action.as_str(), user), ("reset-password", 42));
//! # Ok(())
//! # }
//! ```
//!
#![doc = include_str!("format.md")]

mod age;
mod base64;
#[cfg(feature = "inspect")]
mod diagnosis;
mod environment;
mod hazmat;
mod hex;
mod key;
mod parts;
pub(crate) mod password;
mod password_text;
pub(crate) mod passwords;
pub(crate) mod passwords_builder;
mod pasted;
pub(crate) mod randomness;
pub(crate) mod rotating;
pub(crate) mod sealer;
mod size;
mod source;
mod stretched;
mod token;
mod tries;
pub(crate) mod ttl;

#[cfg(feature = "inspect")]
pub use diagnosis::Diagnosis;
pub use parts::Parts;
pub use password::MIN_PASSWORD_CHARS;
pub use passwords::PasswordId;
pub use source::PasswordSource;
pub use ttl::{CLOCK_SKEW, DEFAULT_TTL};

// The public path of these types is the crate's root.
pub(crate) use randomness::Randomness;
#[cfg(feature = "__vectors")]
pub(crate) use sealer::Salts;
pub(crate) use sealer::{Opened, SealFacts, Sealer};
pub(crate) use size::text_len;
pub(crate) use token::Token;
pub(crate) use ttl::Ttl;
