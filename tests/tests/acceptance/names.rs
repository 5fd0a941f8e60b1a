//! `Session` has few methods of its own, so that few names are lost for a
//! user's fields; the derive knows exactly those.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use iron_session::IronSession;
use iron_session_tests::RequestSession;
use iron_session_tests::fixtures::{clock, options, unseal};
use iron_session_tests::message::SetCookie;

/// The derive's own lists.
#[path = "../../../iron-session-derive/src/reserved.rs"]
#[allow(dead_code, reason = "only some of the lists have a counterpart to compare with")]
mod reserved;

/// The text of every source file of the library.
fn sources() -> Vec<String> {
    fn collect(folder: &Path, texts: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, texts);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                texts.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut texts = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../iron-session/src"), &mut texts);
    texts
}

/// The functions in the blocks that begin with a line like `head`, each with
/// its parameters.
fn functions<'a>(source: &'a str, head: impl Fn(&str) -> bool, visibility: &str) -> Vec<(&'a str, String)> {
    let mut found = Vec::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        if !head(line) {
            continue;
        }
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "}").collect();
        for (index, line) in block.iter().enumerate() {
            let Some(signature) = line.strip_prefix("    ").and_then(|line| line.strip_prefix(visibility))
            else {
                continue;
            };
            let Some(signature) = signature.strip_prefix("fn ") else { continue };
            let name = signature.split(['(', '<']).next().unwrap();
            let rest: String = block[index..].iter().take(6).map(|line| line.trim()).collect();
            let parameters = rest.split(')').next().unwrap_or_default().to_owned();
            found.push((name, parameters));
        }
    }
    found
}

#[test]
fn the_derive_knows_the_methods_of_session() {
    let sources = sources();
    let is_session =
        |line: &str| line.starts_with("impl") && line.ends_with(" Session<T> {") && !line.contains(" for ");
    let methods: BTreeSet<&str> = sources
        .iter()
        .flat_map(|source| functions(source, is_session, "pub "))
        .filter(|(_, parameters)| parameters.contains("self"))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(methods, reserved::SESSION_METHODS.iter().copied().collect());
}

#[test]
fn the_derive_knows_the_methods_of_the_trait() {
    let sources = sources();
    let methods: BTreeSet<&str> = sources
        .iter()
        .flat_map(|source| functions(source, |line| line.starts_with("pub trait IronSession:"), ""))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(methods, reserved::IRON_SESSION_METHODS.iter().copied().collect());
}

/// Fields with the names of what is private in `Session`, and of what other
/// libraries use.
#[derive(IronSession, Clone)]
#[session(json_schema)]
struct Names {
    id: u8,
    read: u8,
    draft: u8,
    shared: u8,
    publish: u8,
    abandon: u8,
    admit: u8,
    new: u8,
    get: u8,
    insert: Option<u8>,
}

#[test]
fn a_struct_may_use_every_other_name() {
    let request = RequestSession::<Names>::new(options(&clock()).build().unwrap());
    let mut session = request.handle([""; 0]).unwrap();
    session.id = 1;
    session.read = 2;
    session.set_draft(3);
    session.shared += 4;
    session.set_publish(5);
    session.set_abandon(6);
    *session.admit_mut() = 7;
    session.set_new(8);
    session.set_get(9);
    session.set_insert(10);
    assert_eq!([*session.id(), *session.publish(), *session.get()], [1, 5, 9]);
    assert_eq!(session.insert(), Some(&10));
    drop(session);

    let written = SetCookie::parse(&request.commit(200).set_cookies[0]);
    assert_eq!(
        unseal(&clock(), &written.value),
        r#"{"id":1,"read":2,"draft":3,"shared":4,"publish":5,"abandon":6,"admit":7,"new":8,"get":9,"insert":10}"#
    );
}
