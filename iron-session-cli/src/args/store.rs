//! The commands that change what servers keep in a store.

use clap::Subcommand;
use iron_session::session::SessionId;
use jiff::Timestamp;

use super::PasswordArgs;

#[derive(Subcommand)]
pub(crate) enum KeyringCommand {
    /// List the ids and times of the passwords, but not the passwords
    List(KeyringArgs),
    /// Publish a new password, which seals after the servers' activation delay; ends no session
    Rotate(KeyringArgs),
    /// Remove a password that has leaked; ENDS EVERY SESSION under it
    ///
    /// The users of these sessions must sign in again. Running servers refuse the password within the
    /// time after which they read the ring again (30 seconds, unless they have another setting).
    Revoke(KeyringRevokeArgs),
    /// Write the passwords as the map that iron-session takes in JavaScript: {"417":"…","418":"…"}
    ///
    /// Anyone who has the passwords can sign in as any user. Run `umask 077` before you write them to a
    /// file. Former passwords, which servers have beside the ring, are not in the map.
    Export(KeyringArgs),
}

impl KeyringCommand {
    pub(crate) fn args(&self) -> &KeyringArgs {
        match self {
            Self::List(args) | Self::Rotate(args) | Self::Export(args) => args,
            Self::Revoke(args) => &args.ring,
        }
    }
}

#[derive(clap::Args)]
pub(crate) struct KeyringArgs {
    #[command(flatten)]
    pub(crate) master: PasswordArgs,

    /// Write one JSON document instead of text, for errors too
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct KeyringRevokeArgs {
    /// The password's id, as `list` shows it
    pub(crate) id: u64,

    #[command(flatten)]
    pub(crate) ring: KeyringArgs,
}

#[derive(Subcommand)]
pub(crate) enum RevokeCommand {
    /// End one session, and every copy of its cookie
    Session(RevokeSessionArgs),
    /// End every session of a user that was issued until now; new ones work at once
    Subject(RevokeSubjectArgs),
    /// END EVERY SESSION that was issued before an instant
    ///
    /// Sessions that were issued up to a minute after the instant end as well, because the clocks of
    /// servers differ.
    Before(RevokeBeforeArgs),
}

impl RevokeCommand {
    pub(crate) fn args(&self) -> &RevokeArgs {
        match self {
            Self::Session(RevokeSessionArgs { revoke, .. })
            | Self::Subject(RevokeSubjectArgs { revoke, .. })
            | Self::Before(RevokeBeforeArgs { revoke, .. }) => revoke,
        }
    }
}

#[derive(clap::Args)]
pub(crate) struct RevokeArgs {
    #[command(flatten)]
    pub(crate) passwords: PasswordArgs,

    /// Write one JSON document instead of text, for errors too
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct RevokeSessionArgs {
    /// The session's id, which `inspect` shows
    // An id may begin with a hyphen.
    #[arg(allow_hyphen_values = true)]
    pub(crate) id: SessionId,

    #[command(flatten)]
    pub(crate) revoke: RevokeArgs,
}

#[derive(clap::Args)]
pub(crate) struct RevokeSubjectArgs {
    #[command(flatten)]
    pub(crate) subject: SubjectArgs,

    #[command(flatten)]
    pub(crate) revoke: RevokeArgs,
}

/// Whose sessions.
#[derive(clap::Args)]
pub(crate) struct SubjectArgs {
    /// The name of the sessions' cookie
    #[arg(long, value_name = "NAME")]
    pub(crate) cookie: String,

    /// The value of the field `#[session(subject)]` as JSON; what is not JSON is text, so `ada` and
    /// `"ada"` are the same, but `42` is a number and `"42"` a text
    #[arg(allow_hyphen_values = true)]
    pub(crate) subject: String,
}

#[derive(clap::Args)]
pub(crate) struct SessionsArgs {
    #[command(flatten)]
    pub(crate) subject: SubjectArgs,

    #[command(flatten)]
    pub(crate) passwords: PasswordArgs,

    /// Write one JSON document instead of text, for errors too
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct RevokeBeforeArgs {
    /// An instant such as `2026-11-30T12:00:00Z`, or `now`
    #[arg(value_parser = instant)]
    pub(crate) instant: Instant,

    #[command(flatten)]
    pub(crate) revoke: RevokeArgs,
}

/// An instant as it was typed.
#[derive(Clone, Copy)]
pub(crate) enum Instant {
    Now,
    At(Timestamp),
}

fn instant(text: &str) -> Result<Instant, String> {
    if text == "now" {
        return Ok(Instant::Now);
    }
    text.parse().map(Instant::At).map_err(|_| {
        "write an instant with its distance from UTC, such as 2026-11-30T12:00:00Z or \
         2026-11-30T13:00:00+01:00, or `now`"
            .to_owned()
    })
}
