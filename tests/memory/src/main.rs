//! Uses passwords as an application does, drops everything, and searches its own memory.
//!
//! `memory MODE PASSWORD TOKEN`, the password masked. It prints the token that it sealed,
//! reads what to search for, also masked, a `name hex` a line, and prints what it found. The
//! process that starts it (`tests/leftovers.rs`) knows the keys; this one must hold none of
//! them but where the library left it.

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, BufRead as _, Read as _, Seek as _, SeekFrom, Write as _};

use iron_session::session::RequestSession;
use iron_session::{Password, Passwords, RotatingPasswords, Sealer, SessionOptions, Untyped};
use zeroize::Zeroizing;

/// In masked text, each bit is turned.
const MASK: u8 = 0xff;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let [_, mode, password, token] = args.as_slice() else { panic!("MODE PASSWORD TOKEN") };
    let password = bytes(password);

    let (mut sealed, mut kept, mut replaced) = (String::new(), None, None);
    below(|| match mode.as_str() {
        "passwords" => use_passwords(&password),
        "replaced" => replaced = Some(replace_passwords(&password)),
        "seals" => sealed = use_seals(&password, token),
        "requests" => sealed = use_requests(&password, token),
        "kept" => kept = Some(unmask(&password)),
        mode => panic!("{mode}"),
    });
    // Before anything else is called, which would write over what was left.
    let memory = snapshot();
    black_box((&kept, &replaced));

    println!("{sealed}");
    io::stdout().flush().unwrap();
    for line in io::stdin().lock().lines() {
        let line = line.unwrap();
        let (name, hex) = line.split_once(' ').unwrap();
        for place in search(&memory, &bytes(hex)) {
            println!("{name} in {place}");
        }
    }
}

/// Calls a function further down the stack, so that what follows leaves its part alone.
#[inline(never)]
#[allow(clippy::large_stack_arrays, reason = "it is the stack that is meant")]
fn below(run: impl FnOnce()) {
    let room = [0_u8; 32 * 1024];
    black_box(&room);
    run();
    black_box(&room);
}

#[inline(never)]
fn use_passwords(password: &[u8]) {
    let text = unmask(password);
    let one = Passwords::new(text.as_str()).unwrap();
    let split = Password::from_halves(&text, &text);
    let several = Passwords::builder()
        .password("2", text.as_str())
        .password("10", Password::from_text(&text))
        .retired("1", split)
        .build()
        .unwrap();
    let parsed = Passwords::parse(&Zeroizing::new(format!(r#"{{"1":"{}"}}"#, *text))).unwrap();
    for passwords in [one, several, parsed] {
        drop(Sealer::new(passwords.clone()).with_purpose("reset"));
        drop(passwords);
    }
}

/// Uses passwords and replaces them. The sealers stay.
#[inline(never)]
fn replace_passwords(password: &[u8]) -> [Sealer; 2] {
    let passwords = RotatingPasswords::new(Passwords::new(unmask(password).as_str()).unwrap());
    let sealers = [Sealer::new(passwords.clone()), Sealer::new(passwords.clone()).with_purpose("reset")];
    for sealer in &sealers {
        assert_eq!(sealer.unseal::<u32>(&sealer.seal(&7).unwrap()).unwrap(), 7);
    }
    let new = Passwords::builder().password("2", Password::generate().unwrap()).build().unwrap();
    assert!(passwords.replace(new).unwrap());
    sealers
}

fn sealer(password: &[u8]) -> Sealer {
    Sealer::new(Passwords::new(unmask(password).as_str()).unwrap())
}

#[inline(never)]
fn use_seals(password: &[u8], token: &str) -> String {
    let sealer = sealer(password);
    let value: Vec<u32> = sealer.unseal(token).unwrap();
    sealer.seal(&value).unwrap()
}

#[inline(never)]
fn use_requests(password: &[u8], token: &str) -> String {
    let passwords = Passwords::new(unmask(password).as_str()).unwrap();
    let options = SessionOptions::builder("sid", passwords).build().unwrap();
    let request = RequestSession::<Untyped>::new(options.check().unwrap());
    let mut session = request.handle([format!("sid={token}").as_str()]).unwrap();
    let user: String = session.get("user").unwrap();
    session.insert("again", &user).unwrap();
    drop(session);
    let line = request.commit(200).set_cookies.remove(0);
    line.split(['=', ';']).nth(1).unwrap().to_owned()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        hex.chars().map(|digit| u8::try_from(digit.to_digit(16).unwrap()).unwrap()).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

#[inline(never)]
fn unmask(masked: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(masked.len()));
    text.extend(masked.iter().map(|byte| char::from(byte ^ MASK)));
    text
}

/// Returns the content of each part of the memory that this process can write to.
#[inline(never)]
fn snapshot() -> Vec<(String, Vec<u8>)> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let mut memory = File::open("/proc/self/mem").unwrap();
    let mut parts = Vec::new();
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (start, end) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let address = |hex| u64::from_str_radix(hex, 16).unwrap();
        let mut content = vec![0; usize::try_from(address(end) - address(start)).unwrap()];
        memory.seek(SeekFrom::Start(address(start))).unwrap();
        if memory.read_exact(&mut content).is_ok() {
            parts.push((line.to_owned(), content));
        }
    }
    parts
}

fn search(memory: &[(String, Vec<u8>)], masked: &[u8]) -> Vec<String> {
    let first = masked[0] ^ MASK;
    let mut places = Vec::new();
    for (part, content) in memory {
        for (at, window) in content.windows(masked.len()).enumerate() {
            if window[0] == first && window.iter().zip(masked).all(|(byte, masked)| byte ^ MASK == *masked) {
                places.push(format!("{} at {at:#x}", part.split_whitespace().last().unwrap_or_default()));
            }
        }
    }
    places
}
