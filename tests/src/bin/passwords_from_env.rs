//! Reads passwords from the environment variable that its argument names, and prints what it
//! got. It is a separate program because a test can't change the environment of its own
//! process.

use iron_session::Passwords;
use iron_session::seal::PasswordId;
use iron_session_tests::log::with_sources;

fn main() {
    let variable = std::env::args().nth(1).unwrap_or_default();
    match Passwords::from_env(&variable) {
        Ok(passwords) => {
            let ids: Vec<_> = passwords.ids().map(PasswordId::as_str).collect();
            let sealing = passwords.sealing_id().map_or("nothing", PasswordId::as_str);
            println!("{} seal with {sealing}", ids.join(","));
        }
        Err(error) => println!("{}", with_sources(&error)),
    }
}
