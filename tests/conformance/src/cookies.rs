//! Checks conversations with iron-session 9, and the documented differences.
//!
//! Options (`refused`, `options`,
//! [`passwords`](crate::passwords)):
//!
//! | case | iron-session 9.0.1 | this library |
//! | --- | --- | --- |
//! | options that browsers reject, `expires` in the past, a name that leaves no room for a value | accepts them, or throws when it saves | rejected when built |
//! | `expires` with `maxAge: undefined`, which makes the cookie last until the browser closes | writes the date | rejected when built |
//! | guessable passwords, passwords from samples, a NUL in a password | accepts them | rejected when built |
//! | passwords without any id that is a whole number in canonical form | throws when it saves | rejected when built |
//! | an id beyond 2^53 | looks up a rounded id, and throws when it saves | an id is text of any length |
//! | raw keys, split passwords, ids that are not numbers next to one that is | throws | accepts them |
//! | a name that ends with `.0` to `.3` | accepts it | rejected when built, because it is the name of another session's chunk |
//! | a domain with `_` | throws when it saves | accepts it, as browsers do |
//! | a `Max-Age` that is not a whole number | throws when it saves | writes whole seconds |
//! | an unknown `sameSite` or `priority` | throws when it saves | cannot be expressed in its types |
//! | `maxAge: undefined` | seals without an expiry | the seal keeps the ttl; not compared |
//! | a ttl or a clock with a fraction of a millisecond | seals an expiry that it cannot read | uses whole milliseconds |
//!
//! Reading (`reading`):
//!
//! | case | iron-session 9.0.1 | this library |
//! | --- | --- | --- |
//! | several candidates | reads the first value of the whole cookie, otherwise the chunks | reads the one that was sealed last of those that open, at most 4 in total |
//! | a value in double quotes | treats the quotes as part of the value, which then does not open; iron-session 8 removes them | removes the quotes |
//! | a value over 48 KiB | reads it | ignores it |
//! | a MAC, iv or ciphertext in a spelling that no library writes | opens it | does not open it |
//! | an array, a string, a number | returns it, or throws | not a session; reads `{}` |
//! | more than 128 levels of nesting, a number too large for `f64` | reads it | reads `{}` |
//! | the member `$` | an ordinary member | metadata, not shown; a session lifetime in it is kept |
//! | members `save`, `destroy`, `updateConfig` | hidden by its methods | ordinary members |
//!
//! Writing (`steps`, `lines`):
//!
//! | case | iron-session 9.0.1 | this library |
//! | --- | --- | --- |
//! | several steps that write in one response | each step adds its lines | one write at the end, of the final state |
//! | changes without `save()` | lost | written at the end; a 500 if they are too large |
//! | a rejected `save()` | the session stays too large | the session returns to its earlier state |
//! | members set after `destroy()` | `save()` throws | a 500, and the cookies are expired |
//! | order of members, spelling of numbers, white space, lone surrogates | as `JSON.stringify` writes them | as they were received or set |
//! | data with more than 128 levels of nesting | seals it | cannot be set |
//! | saving `{}` | seals it | the cookie is expired, or none is set |
//! | a ttl between 60 s and 120 s | `Max-Age` is the ttl minus 60 s, so 1 s for 61 s | 60 s |
//! | a `Max-Age` over 2147483647 s | writes it | 2147483647 |
//! | a whole cookie is written where chunks are allowed | expires the chunks that the request sent | also expires `name.0` |
//! | chunks are written | expires the whole cookie if the request sent it | always expires it |
//! | `destroy()` | expires the names that the request sent, and the whole cookie | expires all five names |
//!
//! If both write the same text, the lines have the same bytes. In every case, the browser must
//! end up with cookies that read as the final state.

use iron_session::__vectors::{self, KnownSalts};
use serde_json::Value;

use crate::expiry::{self, Expiry};
use crate::file::{self, Conversation, Options, Request};
use crate::json::{self, Object};
use crate::lines::{self, Lines};
use crate::ours::Ours;
use crate::reading::{self, Read};
use crate::refused::refuses;
use crate::report::Report;
use crate::seals::canonical_base64;
use crate::steps::{self, End, Played};
use crate::{browser, header};

pub(crate) fn run(case: &Conversation, report: &mut Report) {
    let mut mistakes = Vec::new();
    for (index, request) in case.requests.iter().enumerate() {
        let options = match &request.options {
            None => Ok(case.options.clone()),
            Some(own) => file::from_value(Value::Object(own.clone())),
        };
        let outcome = options.and_then(|options| run_request(&options, request, report));
        if let Err(mistake) = outcome {
            mistakes.push(format!("request {}: {mistake}", index + 1));
        }
    }
    report.add(&case.class, &case.name, &mistakes);
}

fn run_request(case: &Options, request: &Request, report: &mut Report) -> Result<(), String> {
    let ours = match (Ours::new(case, request.now_ms), refuses(case, request.now_ms)) {
        (Ok(ours), false) => ours,
        (Err(_), true) => return Ok(()),
        (Ok(_), true) => return Err("options accepted, documented as rejected".to_owned()),
        (Err(error), false) => return Err(format!("options rejected ({error})")),
    };
    let read = reading::documented(&ours, case, request)?;
    let found = ours.read(&request.cookie)?;
    expect_same("read as", &found.session, &read.session)?;
    if read.received.is_some() && found.reason.is_some() || read.is_refused && found.reason.is_none() {
        return Err(format!("the read ended as {:?}", found.reason));
    }

    let session = ours.request();
    let played = steps::play(&session, case, &read, request)?;
    let theirs = request.steps.iter().rev().find(|step| !step.set_cookie.is_empty());
    let theirs = theirs.map_or(&[][..], |step| &step.set_cookie);
    let commit = match salts(theirs) {
        Some(salts) => __vectors::commit(&session, 200, &salts),
        None => session.commit(200),
    };
    if commit.replace_response != played.is_500 {
        return Err(format!("the response is a 500: {}", commit.replace_response));
    }

    let lines = Lines::parse(&commit.set_cookies);
    check_lines(&lines, &played, case, request)?;
    let own_lifetime = own_lifetime(&read);
    if !lines.set.is_empty() {
        expiry::check(&lines.token(), case, request.now_ms, own_lifetime)?;
    }
    let theirs = Lines::parse(theirs);
    if lines.set.is_empty() == theirs.set.is_empty() {
        lines::compare(&lines, &theirs, case, own_lifetime)?;
        let expiry = Expiry::of(case, request.now_ms);
        if let End::Written(session) = &played.end
            && played.theirs.has_sealed(session)
            && expiry != Expiry::Unreadable
        {
            expect_same("iron-session's cookie reads as", &ours.read(&theirs.header())?.session, session)?;
            let is_comparable = own_lifetime.is_none() && expiry == Expiry::Same;
            if is_comparable && compare_texts(&ours, &played, [&lines, &theirs])? {
                report.add_reproduced();
            }
        }
    }

    let final_session = match &played.end {
        End::Written(session) | End::Respelled(session) => session.clone(),
        End::Destroyed | End::Emptied => Object::new(),
        End::Unwritten => read.session,
    };
    let left = ours.read(&browser::next_header(&request.cookie, &lines))?;
    expect_same("the browser is left with", &left.session, &final_session)
}

/// Checks that the lines do what is documented, and nothing else.
fn check_lines(lines: &Lines<'_>, played: &Played, case: &Options, request: &Request) -> Result<(), String> {
    let is_any = !lines.set.is_empty() || !lines.expired.is_empty();
    let sent_any =
        header::names(&case.cookie_name).iter().any(|name| !header::values(&request.cookie, name).is_empty());
    let (may_write, must_seal) = match played.end {
        End::Unwritten => (false, false),
        End::Emptied => (sent_any, false),
        End::Destroyed => (true, false),
        End::Written(_) => (true, true),
        End::Respelled(_) => (is_any, !lines.set.is_empty()),
    };
    if is_any != may_write || lines.set.is_empty() == must_seal {
        let names: Vec<_> = lines.set.iter().chain(&lines.expired).map(|line| line.name).collect();
        return Err(format!("wrote {} seals, to the names {names:?}", lines.set.len()));
    }
    if is_any { lines::check_shape(lines, case, request) } else { Ok(()) }
}

/// Compares the sealed texts, and the lines if the texts are equal. Tells whether the texts are
/// equal.
fn compare_texts(ours: &Ours, played: &Played, [lines, theirs]: [&Lines<'_>; 2]) -> Result<bool, String> {
    let (written, sealed) = (ours.text(&lines.token()), ours.text(&theirs.token()));
    let (Some(written), Some(sealed)) = (written, sealed) else {
        return Err("a new seal does not open".to_owned());
    };
    // Half a surrogate pair reads as U+FFFD.
    if json::has_replacement(&written) || json::has_replacement(&sealed) {
        return Ok(false);
    }
    if written != sealed {
        // If JavaScript keeps the spelling of a text, this library must too.
        let is_kept = played.text.as_ref() == Some(&sealed);
        return if is_kept { Err(format!("sealed {written}, not {sealed}")) } else { Ok(false) };
    }
    let is_same = lines.header() == theirs.header();
    if is_same { Ok(true) } else { Err(format!("wrote {}, not {}", lines.header(), theirs.header())) }
}

/// Returns the lifetime in the metadata of a received session: seconds, or 0 for a cookie that
/// lasts until the browser closes.
fn own_lifetime(read: &Read) -> Option<u64> {
    read.metadata()?.get("t")?.as_u64()
}

fn expect_same(what: &str, found: &Object, documented: &Object) -> Result<(), String> {
    if json::same_objects(found, documented) {
        return Ok(());
    }
    let (found, documented) = (Value::Object(found.clone()), Value::Object(documented.clone()));
    Err(format!("{what} {found}, documented as {documented}"))
}

/// Returns the salts and the iv of the seal in the lines, if there is one.
fn salts(lines: &[String]) -> Option<KnownSalts> {
    let seal = Lines::parse(lines).token();
    let parts: Vec<&str> = seal.split('*').collect();
    let &[_, _, enc_salt, iv, _, _, mac_salt, _] = parts.as_slice() else { return None };
    let iv = canonical_base64(iv)?.try_into().ok()?;
    Some(KnownSalts { enc_salt: enc_salt.to_owned(), mac_salt: mac_salt.to_owned(), iv })
}
