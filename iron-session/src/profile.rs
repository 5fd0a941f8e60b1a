//! The programs that sessions and seals are shared with, and how they differ.
//!
//! The sources are `@hapi/iron` 7.0.1 (`lib/index.js`), h3 1.15.11 and h3 2.0.8 (`utils/session`,
//! `utils/cookie`).

use crate::limits::{CHUNK_SUFFIXES, H3_CHUNK_SUFFIXES, H3_ROUNDS, MAX_CHUNKS};

/// Names the JavaScript library that reads the same cookies or seals.
///
/// All of them write the format `Fe26.2`. They differ in what they seal, and in how they name
/// passwords and cookies:
///
/// | | `IronSession` | `Hapi` | `H3V1` | `H3V2` |
/// | --- | --- | --- | --- | --- |
/// | payload of a cookie | the session | the session | `{id, createdAt, data}` | `{id, createdAt, data}` |
/// | password id in a seal | yes | none | none | none |
/// | marker `~2` | yes | no | no | no |
/// | rounds of PBKDF2 | 1 | 1 | 1 | 8,192, and 1 when reading |
/// | most cookies | 4 | 1 | 1 | 4, with names of its own |
///
/// Seals without an id are opened with any of the passwords, at most four of them: the one that seals
/// first. The JavaScript library knows one password only: the one that seals here. So there it is
/// replaced, and during a rotation here, sessions move over as they are written.
///
/// # Security
///
/// The number of rounds is not part of a seal. With [`H3V2`](Self::H3V2) and
/// [`H3V1AndV2`](Self::H3V1AndV2), anybody who sends a forged seal makes the server derive a key with
/// 8,192 rounds for each password that is tried, which takes about a millisecond of CPU time: a request with
/// four forged seals, on a server with four passwords, costs sixteen. No other profile does this. Rounds make a weak password harder to guess. The passwords here are long and
/// random, so they gain nothing.
///
/// # Example
///
/// ```
/// use iron_session::{Passwords, Profile, SessionOptions};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX")?;
/// // Shared with `useSession(event, { name: "app_session", password })` in Nuxt 4.
/// let options = SessionOptions::builder("app_session", passwords).profile(Profile::H3V1).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Profile {
    /// iron-session 8 and 9: Next.js, Express, and other servers in JavaScript. The default.
    #[default]
    IronSession,
    /// `@hapi/cookie`, and whoever else seals with `@hapi/iron` or iron-webcrypto and one password.
    ///
    /// `@hapi/yar` keeps a session inside `_store`; read its cookies with a
    /// [`Sealer`](crate::Sealer).
    Hapi,
    /// h3 1: Nuxt 3 and 4, Nitro 2, nuxt-auth-utils. The session is the member `data`.
    #[doc(alias = "nuxt")]
    H3V1,
    /// h3 2: Nitro 3. The session is the member `data`.
    ///
    /// h3 2 opens the seals of h3 1 and replaces them. This profile opens both, too, and writes those
    /// of h3 2, which h3 1 can't open.
    #[doc(alias = "nitro")]
    H3V2,
    /// h3 1 and h3 2, while one replaces the other. It opens the seals of both, and writes
    /// those of h3 1, which both open.
    H3V1AndV2,
}

impl Profile {
    /// The rounds of PBKDF2 that its seals are made with.
    pub(crate) const fn rounds(self) -> u32 {
        match self {
            Self::IronSession | Self::Hapi | Self::H3V1 | Self::H3V1AndV2 => 1,
            Self::H3V2 => H3_ROUNDS,
        }
    }

    /// The rounds of PBKDF2 that seals may have been made with. The cheapest is tried first.
    pub(crate) const fn rounds_to_try(self) -> &'static [u32] {
        match self {
            Self::IronSession | Self::Hapi | Self::H3V1 => &[1],
            Self::H3V2 | Self::H3V1AndV2 => &[1, H3_ROUNDS],
        }
    }

    /// Whether its seals name a password.
    pub(crate) const fn names_passwords(self) -> bool {
        matches!(self, Self::IronSession)
    }

    /// Whether the payload of a cookie is h3's object, which has the session as a member.
    pub(crate) const fn has_envelope(self) -> bool {
        matches!(self, Self::H3V1 | Self::H3V2 | Self::H3V1AndV2)
    }

    /// Whether its sessions can tell when they were last used.
    pub(crate) const fn dates_use(self) -> bool {
        matches!(self, Self::H3V2 | Self::H3V1AndV2)
    }

    /// The largest number of cookies that a session may use.
    pub(crate) const fn max_cookies(self) -> usize {
        match self {
            Self::IronSession | Self::H3V2 => MAX_CHUNKS,
            Self::Hapi | Self::H3V1 | Self::H3V1AndV2 => 1,
        }
    }

    /// How its chunks are named.
    pub(crate) const fn chunking(self) -> Chunking {
        match self {
            Self::IronSession | Self::Hapi => Chunking::Discovered,
            Self::H3V1 | Self::H3V2 | Self::H3V1AndV2 => Chunking::Counted,
        }
    }
}

/// How the cookies of one session are named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Chunking {
    /// `name.0` to `name.3`, up to the first that is missing.
    #[default]
    Discovered,
    /// `name.1` to `name.4`, and their number in the cookie `name`, as h3 has them.
    Counted,
}

impl Chunking {
    /// The ends of the chunks' names.
    pub(crate) const fn suffixes(self) -> [&'static str; MAX_CHUNKS] {
        match self {
            Self::Discovered => CHUNK_SUFFIXES,
            Self::Counted => H3_CHUNK_SUFFIXES,
        }
    }
}
