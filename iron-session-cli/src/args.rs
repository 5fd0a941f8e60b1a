//! What can be typed. Help, completions and the man page come from here.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::output::STYLES;

/// Looks into iron-session cookies, makes passwords, and keeps an eye on schemas.
#[derive(Parser)]
#[command(name = "iron-session", version, styles = STYLES, after_long_help = EXIT_CODES, subcommand_required = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  something could not be read or written
  2  the command line is wrong
  3  it is no seal, or was cut or damaged
  4  no password fits
  5  it has expired
  6  it opens, but holds something else than JSON that can be read
  7  a schema has a breaking change
  8  a session can need more than its cookies hold";

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make a password, or add one to a rotation
    ///
    /// Anybody who reads the password can sign in as any user. Run `umask 077` before you write it to a
    /// file, so that no other user of the machine can read that file.
    Keygen(KeygenArgs),
    /// Tell all that can be told of a cookie or a seal
    Inspect(LookArgs),
    /// Seal a JSON value from standard input
    Seal(SealArgs),
    /// Unseal a seal or a cookie from standard input
    Unseal(UnsealArgs),
    /// Show what the members of a session can need of its cookies
    Budget(SchemaFile),
    /// Compare schema files
    #[command(subcommand)]
    Schema(SchemaCommand),
    /// Write a schema as TypeScript
    Types(SchemaFile),
    /// Write the completions of a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,

        /// Write one JSON document instead of text; errors too
        #[arg(long)]
        json: bool,
    },
    /// Write the man page
    Man {
        /// Of which command; of all without
        command: Option<String>,

        /// Write one JSON document instead of text; errors too
        #[arg(long)]
        json: bool,
    },
}

/// Tells whether a line that is no command was meant to answer a program.
pub(crate) fn asks_for_json() -> bool {
    let mut typed = std::env::args_os().skip(1).take_while(|argument| argument != "--");
    typed
        .any(|argument| argument.to_str().is_some_and(|text| text == "--json" || text.starts_with("--json=")))
}

impl Command {
    /// Tells whether what it answers is for a program.
    pub(crate) fn json(&self) -> bool {
        match self {
            Self::Keygen(args) => args.json.is_some(),
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
    /// Write JSON; errors too. With an id the rotation map {"1":"…","2":"…"}: the one (or the
    /// single password) on standard input, and the new password. `next` is the id after the highest
    #[arg(long, value_name = "ID", num_args = 0..=1)]
    #[expect(clippy::option_option, reason = "clap's for an option whose value may be missing")]
    pub(crate) json: Option<Option<String>>,

    /// Begin a new map, and read none
    #[arg(long, requires = "json")]
    pub(crate) new: bool,
}

/// Where the passwords come from. They are never arguments: other users of a machine can see those.
#[derive(clap::Args)]
#[group(multiple = false)]
pub(crate) struct PasswordArgs {
    /// Read the passwords from a file: one, or a map {"1":"…","2":"…"}
    #[arg(long = "password-file", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    /// Read the passwords from an environment variable, as an application does
    #[arg(long = "password-env", value_name = "VARIABLE")]
    pub(crate) variable: Option<String>,

    /// Ask for the password
    #[arg(long = "password-prompt")]
    pub(crate) prompt: bool,
}

/// What is asked of a cookie.
#[derive(clap::Args)]
pub(crate) struct LookArgs {
    #[command(flatten)]
    pub(crate) passwords: PasswordArgs,

    /// The cookie's name, where several hold a seal
    #[arg(long)]
    pub(crate) name: Option<String>,

    /// What the seal is for, where the application gave its `Sealer` a purpose
    #[arg(long, value_name = "NAME")]
    pub(crate) purpose: Option<String>,

    /// Write one JSON document instead of text; errors too
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct SealArgs {
    #[command(flatten)]
    pub(crate) passwords: PasswordArgs,

    /// How many seconds the seal is valid; 0 means for ever. 14 days, unless said
    #[arg(long, value_name = "SECONDS")]
    pub(crate) ttl: Option<u64>,

    /// What the seal is for, where the application gave its `Sealer` a purpose
    #[arg(long, value_name = "NAME")]
    pub(crate) purpose: Option<String>,

    /// Write one JSON document instead of text; errors too
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(clap::Args)]
pub(crate) struct UnsealArgs {
    /// Unseal what has expired, too
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

    /// Write one JSON document instead of text; errors too
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum SchemaCommand {
    /// Tell what changed, and whether both versions read each other's sessions
    Diff(DiffArgs),
}

#[derive(clap::Args)]
pub(crate) struct DiffArgs {
    /// The schema that was released
    #[arg(value_name = "OLD.json")]
    pub(crate) old: PathBuf,

    /// The schema that is to be
    #[arg(value_name = "NEW.json")]
    pub(crate) new: PathBuf,

    /// Write one JSON document instead of text; errors too
    #[arg(long)]
    pub(crate) json: bool,
}
