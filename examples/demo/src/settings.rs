//! The settings: the port, the timeouts and the passwords.

use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use iron_session::error::PasswordError;
use iron_session::{Password, Passwords};
use tokio::net::TcpListener;

use crate::timeouts::Timeouts;

pub(crate) const SECRET: &str = "SESSION_SECRET";

const PORT: &str = "PORT";
const IDLE_TIMEOUT: &str = "IDLE_TIMEOUT_SECS";
const ABSOLUTE_TIMEOUT: &str = "ABSOLUTE_TIMEOUT_SECS";
const TRUSTED_ORIGIN: &str = "TRUSTED_ORIGIN";

const DEFAULT_PORT: u16 = 3000;

pub(crate) const HELP: &str = "\
usage: demo [--port PORT] [--insecure]

  --port PORT   listen on this port, or on any free port if it is 0; default: PORT
                from the environment, or 3000, or the next free port
  --insecure    leave `Secure` out of the cookie, for browsers that reject
                secure cookies from http://127.0.0.1

environment:
  SESSION_SECRET         the password, or several as JSON
  SESSION_SECRET_FILE    a file with the same content, instead of SESSION_SECRET
  IDLE_TIMEOUT_SECS      ends a session after this time without a visit; default: 600
  ABSOLUTE_TIMEOUT_SECS  ends a session after this time in any case; default: 3600
  TRUSTED_ORIGIN         accepts forms from this origin too, such as that of a proxy
                         which changes `Host`

Without a password, each start generates a new one.";

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Settings {
    /// `None`: the default port, or the next free one after it.
    pub(crate) port: Option<u16>,
    pub(crate) insecure: bool,
    pub(crate) timeouts: Timeouts,
    pub(crate) trusted_origin: Option<String>,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Parsed {
    Settings(Settings),
    Help,
}

pub(crate) fn parse(
    mut args: impl Iterator<Item = String>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Parsed, String> {
    let port = |text: String| text.parse().map_err(|_| format!("`{text}` is not a port, 0 to 65535"));
    let duration = |name: &str, default| match variable(name) {
        None => Ok(default),
        Some(text) => match text.parse() {
            Ok(secs @ 1..) => Ok(Duration::from_secs(secs)),
            _ => Err(format!("`{name}` is `{text}`, which is not a whole number of seconds from 1")),
        },
    };
    let default = Timeouts::default();
    let mut settings = Settings {
        port: variable(PORT).map(port).transpose()?,
        insecure: false,
        timeouts: Timeouts {
            idle: duration(IDLE_TIMEOUT, default.idle)?,
            absolute: duration(ABSOLUTE_TIMEOUT, default.absolute)?,
        },
        trusted_origin: variable(TRUSTED_ORIGIN),
    };
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--port" => settings.port = Some(port(args.next().ok_or("`--port` needs a port")?)?),
            "--insecure" => settings.insecure = true,
            "--help" | "-h" => return Ok(Parsed::Help),
            _ => return Err(format!("unknown argument `{arg}`")),
        }
    }
    Ok(Parsed::Settings(settings))
}

/// Listens on the loopback interface only. If a port was asked for, it must be free.
pub(crate) async fn bind(port: Option<u16>) -> io::Result<TcpListener> {
    let (first, last) = match port {
        Some(port) => (port, port),
        None => (DEFAULT_PORT, u16::MAX),
    };
    for port in first..=last {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && port < last => {}
            Err(error) => {
                let message = format!("can't listen on port {port} ({error}); choose another with `--port`");
                return Err(io::Error::new(error.kind(), message));
            }
            listener => return listener,
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}

/// Returns the passwords from the environment, or from the file that it names. `None` if neither
/// variable is set.
pub(crate) fn passwords() -> Result<Option<Passwords>, PasswordError> {
    match Passwords::from_env(SECRET) {
        Ok(passwords) => Ok(Some(passwords)),
        Err(PasswordError::Missing { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(crate) fn random_password() -> Result<Passwords, PasswordError> {
    Passwords::new(Password::generate()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str], variables: &[(&str, &str)]) -> Result<Parsed, String> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        parse(args.iter().map(|&arg| arg.to_owned()), variable)
    }

    #[test]
    fn an_argument_counts_more_than_the_environment() {
        let settings =
            |port, insecure| Ok(Parsed::Settings(Settings { port, insecure, ..Settings::default() }));
        assert_eq!(parsed(&[], &[]), settings(None, false));
        assert_eq!(parsed(&["--insecure"], &[("PORT", "81")]), settings(Some(81), true));
        assert_eq!(parsed(&["--port", "82"], &[("PORT", "81")]), settings(Some(82), false));
        assert_eq!(parsed(&["--port", "82", "-h"], &[]), Ok(Parsed::Help));
    }

    #[test]
    fn the_environment_sets_the_timeouts() {
        let variables = [("IDLE_TIMEOUT_SECS", "5"), ("ABSOLUTE_TIMEOUT_SECS", "20")];
        let timeouts = Timeouts { idle: Duration::from_secs(5), absolute: Duration::from_secs(20) };
        let settings = Settings { timeouts, ..Settings::default() };
        assert_eq!(parsed(&[], &variables), Ok(Parsed::Settings(settings)));
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(parsed(&["--port"], &[]).unwrap_err(), "`--port` needs a port");
        assert!(parsed(&["--port", "99999"], &[]).unwrap_err().contains("`99999`"));
        assert!(parsed(&["--prot"], &[]).unwrap_err().contains("`--prot`"));
        assert!(parsed(&[], &[("PORT", "http")]).unwrap_err().contains("`http`"));
        for secs in ["10m", "0", "-1"] {
            let mistake = parsed(&[], &[("IDLE_TIMEOUT_SECS", secs)]).unwrap_err();
            assert!(mistake.contains("`IDLE_TIMEOUT_SECS`") && mistake.contains(secs), "{mistake}");
        }
    }

    #[tokio::test]
    async fn a_port_asked_for_is_not_replaced_by_another() {
        let taken = bind(Some(0)).await.unwrap().local_addr().unwrap().port();
        let _listener = bind(Some(taken)).await.unwrap();
        let error = bind(Some(taken)).await.unwrap_err();
        assert!(error.to_string().contains("--port"), "{error}");
    }
}
