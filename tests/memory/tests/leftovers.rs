//! SECURITY.md's promise about memory: after everything was dropped, it contains no password, and
//! nothing that could replace one.
//!
//! The search looks for the password's text, the states of HMAC that are computed from it, and the
//! keys of the seals that were opened and made, in the forms in which the library holds them.

#![cfg(target_os = "linux")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Stdio};
use std::slice;

use iron_session::{Passwords, Sealer};

const PASSWORD: &str = "ng7dGI41pEzvQV5Obz3xpd7kjQKRatanvpKj";

const SHA1_INITIAL: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
const SHA256_INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

fn masked(bytes: &[u8]) -> String {
    let hex: Vec<String> = bytes.iter().map(|byte| format!("{:02x}", byte ^ 0xff)).collect();
    hex.concat()
}

fn padded(key: &[u8], pad: u8) -> [u8; 64] {
    let mut block = [pad; 64];
    block.iter_mut().zip(key).for_each(|(to, from)| *to ^= from);
    block
}

fn words(state: &[u32]) -> Vec<u8> {
    state.iter().flat_map(|word| word.to_ne_bytes()).collect()
}

/// The text that every derivation uses instead of the password.
fn password_needles() -> Vec<(String, Vec<u8>)> {
    let state = |pad| {
        let mut state = SHA1_INITIAL;
        sha1::block_api::compress(&mut state, slice::from_ref(&padded(PASSWORD.as_bytes(), pad)));
        words(&state)
    };
    vec![
        ("the-password".to_owned(), PASSWORD.as_bytes()[..16].to_vec()),
        ("the-password's-end".to_owned(), PASSWORD.as_bytes()[PASSWORD.len() - 16..].to_vec()),
        ("the-inner-state".to_owned(), state(0x36)),
        ("the-outer-state".to_owned(), state(0x5c)),
    ]
}

/// The keys of a seal.
fn key_needles(name: &str, token: &str) -> Vec<(String, Vec<u8>)> {
    let mut needles = Vec::new();
    for (which, part) in [("encryption", 2), ("integrity", 6)] {
        let salt = token.split('*').nth(part).unwrap();
        let mut key = [0; 32];
        pbkdf2::pbkdf2_hmac::<sha1::Sha1>(PASSWORD.as_bytes(), salt.as_bytes(), 1, &mut key);
        // As it came out of SHA-1.
        let numbers: Vec<u32> = key.as_chunks().0.iter().map(|bytes| u32::from_be_bytes(*bytes)).collect();
        for (form, bytes) in [("", key.to_vec()), ("-as-words", words(&numbers))] {
            needles.push((format!("{name}-{which}-key{form}"), bytes[..16].to_vec()));
            needles.push((format!("{name}-{which}-key's-end{form}"), bytes[16..].to_vec()));
        }
        if which == "integrity" {
            for pad in [0x36, 0x5c] {
                let mut state = SHA256_INITIAL;
                sha2::block_api::compress256(&mut state, slice::from_ref(&padded(&key, pad)));
                needles.push((format!("{name}-integrity-state-{pad:x}"), words(&state)));
            }
        }
    }
    needles
}

/// Runs the program and returns what it found.
fn found(mode: &str, token: &str) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_memory"))
        .args([mode, &masked(PASSWORD.as_bytes()), token])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(program.stdout.take().unwrap());
    let mut sealed = String::new();
    output.read_line(&mut sealed).unwrap();

    let mut needles = password_needles();
    if !token.is_empty() {
        needles.extend(key_needles("read", token));
        needles.extend(key_needles("written", sealed.trim_end()));
    }
    let mut input = program.stdin.take().unwrap();
    for (name, bytes) in needles {
        writeln!(input, "{name} {}", masked(&bytes)).unwrap();
    }
    drop(input);
    let mut found = String::new();
    output.read_to_string(&mut found).unwrap();
    assert!(program.wait().unwrap().success());
    found
}

fn seal(value: &impl serde::Serialize) -> String {
    Sealer::new(Passwords::new(PASSWORD).unwrap()).seal(value).unwrap()
}

#[test]
fn what_is_kept_is_found() {
    let found = found("kept", "");
    assert!(
        found.contains("the-password in [heap]") && found.contains("the-password's-end in [heap]"),
        "{found}"
    );
}

#[test]
fn nothing_is_left_of_passwords() {
    assert_eq!(found("passwords", ""), "");
}

#[test]
fn nothing_is_left_of_passwords_that_were_replaced() {
    assert_eq!(found("replaced", ""), "");
}

#[test]
fn nothing_is_left_of_the_keys_of_seals() {
    assert_eq!(found("seals", &seal(&vec![7_u32; 100])), "");
    assert_eq!(found("seals", &seal(&vec![7_u32; 1])), "");
}

#[test]
fn nothing_is_left_of_the_keys_of_requests() {
    let session = |len: usize| seal(&std::collections::BTreeMap::from([("user", "a".repeat(len))]));
    assert_eq!(found("requests", &session(3)), "");
    assert_eq!(found("requests", &session(900)), "");
}
