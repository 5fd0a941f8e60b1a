//! Somebody at a Chromium: see `tests/node/browser/clicks.mjs`.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use iron_session_tests::node;
use serde::Deserialize;
use serde_json::{Value, json};

/// What a page shows.
#[derive(Debug, Deserialize)]
pub(crate) struct Page {
    /// The server that responded last.
    pub(crate) release: u32,
    pub(crate) user: Option<String>,
    pub(crate) greeting: Option<String>,
    pub(crate) colours: String,
    pub(crate) cart: BTreeMap<String, Item>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Item {
    pub(crate) quantity: u32,
    pub(crate) gift: bool,
}

pub(crate) struct Clicks {
    child: Child,
    /// Open as long as the browser is to stay.
    commands: Option<ChildStdin>,
    pages: BufReader<ChildStdout>,
}

impl Clicks {
    pub(crate) fn start(address: &str) -> Self {
        let mut command = node::node("browser/clicks.mjs");
        let command = command.arg(address).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let commands = child.stdin.take();
        let pages = BufReader::new(child.stdout.take().unwrap());
        Self { child, commands, pages }
    }

    pub(crate) fn look(&mut self) -> Page {
        self.command(&json!({ "op": "look" }))
    }

    pub(crate) fn sign_in(&mut self, name: &str) -> Page {
        self.command(&json!({ "op": "sign-in", "name": name }))
    }

    pub(crate) fn click(&mut self, what: &str) -> Page {
        self.command(&json!({ "op": "click", "what": what }))
    }

    /// Clicks until a page says that it counted: the first release has not every button, and does
    /// nothing for some.
    pub(crate) fn insist(&mut self, what: &str, is_done: impl Fn(&Page) -> bool) {
        for _ in 0..100 {
            let page = self.look();
            if is_done(&page) {
                return;
            }
            if page.release > 1 {
                self.click(what);
            }
        }
        panic!("`{what}` does nothing");
    }

    fn command(&mut self, command: &Value) -> Page {
        writeln!(self.commands.as_mut().unwrap(), "{command}").unwrap();
        let mut response = String::new();
        self.pages.read_line(&mut response).unwrap();
        serde_json::from_str(&response).unwrap_or_else(|error| panic!("{command}: {error}: {response}"))
    }
}

impl Drop for Clicks {
    fn drop(&mut self) {
        // It ends, and closes the browser, when there are no more commands.
        drop(self.commands.take());
        let _ = self.child.wait();
    }
}
