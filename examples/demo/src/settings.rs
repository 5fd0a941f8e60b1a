//! The settings: the port and the password.

use std::io;
use std::net::Ipv4Addr;

use iron_session::error::PasswordError;
use iron_session::{Password, Passwords};
use tokio::net::TcpListener;

pub(crate) const SECRET: &str = "SESSION_SECRET";

const DEFAULT_PORT: u16 = 3000;

pub(crate) const HELP: &str = "\
usage: demo [--port PORT] [--insecure]

  --port PORT   listen on this port, or on any free port if it is 0; default: PORT
                from the environment, or 3000, or the next free port
  --insecure    leave `Secure` out of the cookie, for browsers that reject
                secure cookies from http://127.0.0.1

Set SESSION_SECRET in the environment to a password, or to several as JSON.
Without it, each start generates a new password.";

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Settings {
    /// `None`: the default port, or the next free one after it.
    pub(crate) port: Option<u16>,
    pub(crate) insecure: bool,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Parsed {
    Settings(Settings),
    Help,
}

pub(crate) fn parse(
    mut args: impl Iterator<Item = String>,
    port_variable: Option<String>,
) -> Result<Parsed, String> {
    let port = |text: String| text.parse().map_err(|_| format!("`{text}` is not a port, 0 to 65535"));
    let mut settings = Settings { port: port_variable.map(port).transpose()?, insecure: false };
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

/// Returns the passwords from the environment, or `None` if the variable is not set.
pub(crate) fn passwords() -> Result<Option<Passwords>, PasswordError> {
    std::env::var_os(SECRET).map(|_| Passwords::from_env(SECRET)).transpose()
}

pub(crate) fn random_password() -> Result<Passwords, PasswordError> {
    Passwords::new(Password::generate()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str], variable: Option<&str>) -> Result<Parsed, String> {
        parse(args.iter().map(|&arg| arg.to_owned()), variable.map(str::to_owned))
    }

    #[test]
    fn an_argument_counts_more_than_the_environment() {
        let settings = |port, insecure| Ok(Parsed::Settings(Settings { port, insecure }));
        assert_eq!(parsed(&[], None), settings(None, false));
        assert_eq!(parsed(&["--insecure"], Some("81")), settings(Some(81), true));
        assert_eq!(parsed(&["--port", "82"], Some("81")), settings(Some(82), false));
        assert_eq!(parsed(&["--port", "82", "-h"], None), Ok(Parsed::Help));
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(parsed(&["--port"], None).unwrap_err(), "`--port` needs a port");
        assert!(parsed(&["--port", "99999"], None).unwrap_err().contains("`99999`"));
        assert!(parsed(&["--prot"], None).unwrap_err().contains("`--prot`"));
        assert!(parsed(&[], Some("http")).unwrap_err().contains("`http`"));
    }

    #[tokio::test]
    async fn a_port_asked_for_is_not_replaced_by_another() {
        let taken = bind(Some(0)).await.unwrap().local_addr().unwrap().port();
        let _listener = bind(Some(taken)).await.unwrap();
        let error = bind(Some(taken)).await.unwrap_err();
        assert!(error.to_string().contains("--port"), "{error}");
    }
}
