//! Defines the command line. Help, completions and the man page come from here.

mod store;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub(crate) use self::store::{
    Instant, KeyringArgs, KeyringCommand, RevokeBeforeArgs, RevokeCommand, RevokeSessionArgs,
    RevokeSubjectArgs, SessionsArgs,
};

use crate::terminal::STYLES;

/// Inspect iron-session cookies, generate passwords, and compare schemas
#[derive(Parser)]
#[command(name = "iron-session", version, styles = STYLES, after_long_help = EXIT_CODES, subcommand_required = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  success
  1  something could not be read or written
  2  the command line is wrong
  3  the input is not a seal, or the seal is truncated or damaged
  4  no password matches
  5  the seal has expired
  6  the seal opens, but its payload can't be read
  7  a schema has a breaking change
  8  a session can exceed the size of its cookies";

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Generate a password, or add one to a rotation
    ///
    /// Anyone who has the password can sign in as any user. Run `umask 077` before you write the
    /// password to a file, so that other users of the machine can't read the file.
    Keygen(KeygenArgs),
    /// Look at the passwords that rotate themselves, and change them
    ///
    /// The environment says where the servers keep the ring: `IRON_SESSION_STORE` is the address of the
    /// store, or `IRON_SESSION_STORE_FILE` names a file that holds the address. If the servers have a
    /// prefix for their keys in Redis, `IRON_SESSION_STORE_PREFIX` is that. The master secret is read
    /// like other passwords.
    #[command(subcommand)]
    Keyring(KeyringCommand),
    /// End sessions on every server
    ///
    /// The environment says where the servers keep their state: `IRON_SESSION_STORE` is the address of
    /// the store, or `IRON_SESSION_STORE_FILE` names a file that holds the address. On Redis,
    /// `IRON_SESSION_STORE_PREFIX` is the beginning of the keys, if the servers set one.
    ///
    /// The passwords are those that the servers give to their `ServerState`. With other passwords, the
    /// servers can't read the revocation, and no session ends.
    #[command(subcommand)]
    Revoke(RevokeCommand),
    /// List the sessions of a user that are kept in the store
    ///
    /// These are the sessions of a struct with `#[session(storage = "server")]`, and the large ones of a
    /// struct with `#[session(storage = "overflow")]`. Sessions that are in their cookies can't be listed.
    ///
    /// The environment says where the servers keep their state, as for `revoke`. The passwords are those
    /// that the servers give to their `ServerState`. With other passwords, no session is found.
    Sessions(SessionsArgs),
    /// Show what a cookie or seal contains, or why it does not open
    Inspect(LookArgs),
    /// Seal a JSON value read from standard input
    Seal(SealArgs),
    /// Unseal a cookie or seal read from standard input
    Unseal(UnsealArgs),
    /// Show how many bytes each member of a session can need
    Budget(SchemaFile),
    /// Compare schema files
    #[command(subcommand)]
    Schema(SchemaCommand),
    /// Write a schema as TypeScript
    Types(SchemaFile),
    /// Write completions for a shell
    Completions {
        /// The shell to write completions for
        shell: clap_complete::Shell,

        /// Write one JSON document instead of text, for errors too
        #[arg(long)]
        json: bool,
    },
    /// Write the man page
    Man {
        /// The command to describe; without it, the page describes all commands
        command: Option<String>,

        /// Write one JSON document instead of text, for errors too
        #[arg(long)]
        json: bool,
    },
}

/// Returns whether an invalid command line asks for JSON.
pub(crate) fn asks_for_json() -> bool {
    let mut typed = std::env::args_os().skip(1).take_while(|argument| argument != "--");
    typed
        .any(|argument| argument.to_str().is_some_and(|text| text == "--json" || text.starts_with("--json=")))
}

impl Command {
    /// Returns whether the command writes JSON.
    pub(crate) fn json(&self) -> bool {
        match self {
            Self::Keygen(args) => args.json.is_some(),
            Self::Keyring(command) => command.args().json,
            Self::Revoke(command) => command.args().json,
            Self::Sessions(args) => args.json,
            Self::Seal(args) => args.json,
            Self::Inspect(args) | Self::Unseal(UnsealArgs { look: args, .. }) => args.json,
            Self::Budget(args) | Self::Types(args) => args.json,
            Self::Schema(SchemaCommand::Diff(args)) => args.json,
            Self::Completions { json, .. } | Self::Man { json, .. } => *json,
        }
    }
}

#[derive(clap::Args)]
pub(crate) struct KeygenArgs {
    /// Write JSON instead of text, for errors too. With an id, read a map {"1":"…","2":"…"} or a single
    /// password from standard input, and write the map with the new password added under this id;
    /// `next` means the highest id plus one. A `seal_with` stays as it is
    #[arg(long, value_name = "ID", num_args = 0..=1)]
    #[expect(clippy::option_option, reason = "clap's for an option whose value may be missing")]
    pub(crate) json: Option<Option<String>>,

    /// Start a new map; don't read one
    #[arg(long, requires = "json")]
    pub(crate) new: bool,
}

/// The source of the passwords. Passwords are never arguments, because other users of the machine
/// can see arguments.
#[derive(clap::Args)]
#[group(multiple = false)]
pub(crate) struct PasswordArgs {
    /// Read the passwords from a file: a single password, or a map {"1":"…","2":"…"}
    #[arg(long = "password-file", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    /// Read the passwords from an environment variable, as applications do
    #[arg(long = "password-env", value_name = "VARIABLE")]
    pub(crate) variable: Option<String>,

    /// Ask for the password
    #[arg(long = "password-prompt")]
    pub(crate) prompt: bool,
}

/// How to read a cookie.
#[derive(clap::Args)]
pub(crate) struct LookArgs {
    #[command(flatten)]
    pub(crate) passwords: PasswordArgs,

    /// The cookie's name, needed if several cookies hold a seal
    #[arg(long)]
    pub(crate) name: Option<String>,

    /// The purpose of the application's `Sealer`, if it has one
    #[arg(long, value_name = "NAME")]
    pub(crate) purpose: Option<String>,

    /// Write one JSON document instead of text, for errors too
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct SealArgs {
    #[command(flatten)]
    pub(crate) passwords: PasswordArgs,

    /// How many seconds the seal stays valid (default: 14 days); 0 means that it never expires
    #[arg(long, value_name = "SECONDS")]
    pub(crate) ttl: Option<u64>,

    /// The purpose of the application's `Sealer`, if it has one
    #[arg(long, value_name = "NAME")]
    pub(crate) purpose: Option<String>,

    /// Write one JSON document instead of text, for errors too
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct UnsealArgs {
    /// Unseal even if the seal has expired
    #[arg(long)]
    pub(crate) ignore_expiry: bool,

    #[command(flatten)]
    pub(crate) look: LookArgs,
}

#[derive(clap::Args)]
pub(crate) struct SchemaFile {
    /// A file that `assert_schema!` wrote
    #[arg(value_name = "SCHEMA.json")]
    pub(crate) schema: PathBuf,

    /// Write one JSON document instead of text, for errors too
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum SchemaCommand {
    /// Show what changed, and whether both versions can read each other's sessions
    Diff(DiffArgs),
}

#[derive(clap::Args)]
pub(crate) struct DiffArgs {
    /// The schema that was released
    #[arg(value_name = "OLD.json")]
    pub(crate) old: PathBuf,

    /// The new schema
    #[arg(value_name = "NEW.json")]
    pub(crate) new: PathBuf,

    /// Write one JSON document instead of text, for errors too
    #[arg(long)]
    pub(crate) json: bool,
}
