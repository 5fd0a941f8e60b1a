//! Conversations with iron-session 9, and where this crate answers differently.
//!
//! | where | iron-session 9.0.1 | here | rule |
//! | --- | --- | --- | --- |
//! | options that browsers refuse, guessable passwords | takes them, or throws later | refused when built | [`refuses`] |
//! | reading, of several candidates | the first value of the whole cookie, else the chunks | the next one is tried when one does not open | [`documented_read`] |
//! | several steps that write in one answer | each writes, the lines pile up | one write at the end, of the final state | only the last writing step's lines are compared |
//! | a whole cookie is written, chunks are allowed | expires the chunks that the request sent | also `name.0` | [`compare_lines`]: more names may be expired |
//! | chunks are written | expires the whole cookie if the request sent it | always | the same |
//! | `destroy()` | expires the names that the request sent, and the whole cookie | all five | the same |
//! | saving `{}` | seals it | the cookie is expired, or none is set | [`Final::Ended`] |
//! | `maxAge: undefined` | seals without an expiry | the seal keeps the ttl | the value is not compared |
//!
//! Whatever was written, the browser must be left with cookies that read as
//! the final state.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use iron_session::__vectors::{self, KnownSalts};
use iron_session::session::RequestSession;
use iron_session::{Priority, SameSite, SessionOptions, Ttl, Untyped};
use serde_json::Value;

use crate::file::{self, Conversation, MaxAge, Op, Options, Request, Step};
use crate::report::Report;
use crate::seals::canonical_base64;
use crate::{json, passwords};

/// How many candidates are tried in one request.
const MAX_CANDIDATES: usize = 4;

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
    let options = match (build(case, request.now_ms), request.read.throws.is_some() || refuses(case)) {
        (Ok(options), false) => options,
        (Err(_), true) => return Ok(()),
        (Ok(_), true) => return Err("options accepted, documented as refused".to_owned()),
        (Err(error), false) => return Err(format!("options refused ({error})")),
    };

    let read = read(&options, &request.cookie)?;
    let expected = documented_read(&options, request)?;
    if !json::same(&read, &expected) {
        return Err(format!("read as {read}, documented as {expected}"));
    }

    let session = RequestSession::<Untyped>::new(options.clone());
    let end = play(&session, request)?;
    let theirs = request.steps.iter().rev().find(|step| !step.set_cookie.is_empty());
    let commit = match theirs.and_then(|step| salts(&step.set_cookie)) {
        Some(salts) => __vectors::commit(&session, 200, &salts),
        None => session.commit(200),
    };
    if commit.replace_answer != matches!(end, Final::Failed) {
        return Err(format!("the answer is a 500: {}", commit.replace_answer));
    }

    let lines = commit.set_cookies;
    match (&end, theirs) {
        (Final::Failed | Final::Unwritten, _) if !lines.is_empty() => return Err(format!("wrote {lines:?}")),
        (Final::Ended | Final::Failed | Final::Unwritten, _) => {}
        (Final::Saved(_) | Final::Destroyed, Some(theirs)) => {
            let is_sealed_for_ever = case.cookie.max_age == MaxAge::Undefined;
            compare_lines(&lines, &theirs.set_cookie, is_sealed_for_ever)?;
            if matches!(end, Final::Saved(_)) && !is_sealed_for_ever {
                report.add_reproduced();
            }
        }
        (Final::Saved(_) | Final::Destroyed, None) => {
            return Err("wrote cookies where iron-session wrote none".to_owned());
        }
    }
    check_browser(&options, request, &lines, &end)
}

/// How a request ends.
enum Final {
    /// Nothing was asked to be written.
    Unwritten,
    Saved(Value),
    Destroyed,
    /// Saved with nothing in it.
    Ended,
    /// It does not fit, and iron-session threw.
    Failed,
}

/// Plays the steps on a session.
fn play(request_session: &RequestSession<Untyped>, request: &Request) -> Result<Final, String> {
    let cookies = [request.cookie.as_str()];
    let mut session = request_session.session(cookies).map_err(|error| error.to_string())?;
    let mut end = Final::Unwritten;
    for step in &request.steps {
        if matches!(end, Final::Destroyed) && step.op != Op::Save {
            // iron-session lets a destroyed session be filled, and refuses to
            // save it; here filling it is the mistake.
            continue;
        }
        match step.op {
            Op::Set | Op::Merge => assign(&mut session, step)?,
            Op::Save => {
                let saved = session.save();
                if saved.is_err() != (step.throws.is_some() && !matches!(end, Final::Destroyed)) {
                    return Err(format!("saving gave {saved:?}, iron-session threw {:?}", step.throws));
                }
                end = match (end, saved) {
                    (Final::Destroyed, _) => Final::Destroyed,
                    (_, Err(_)) => Final::Failed,
                    (_, Ok(())) if session.names().next().is_none() => Final::Ended,
                    (_, Ok(())) => Final::Saved(json::parse(&session.to_json())?),
                };
            }
            Op::Destroy => {
                session.destroy();
                end = Final::Destroyed;
            }
        }
    }
    Ok(end)
}

/// Replaces the session's members, or merges some into them.
fn assign(session: &mut Untyped, step: &Step) -> Result<(), String> {
    let text = step.data_json.as_deref().ok_or("a step without data")?;
    let data = Untyped::from_json(text).map_err(|error| error.to_string())?;
    if step.op == Op::Set {
        *session = data;
        return Ok(());
    }
    for name in data.names() {
        let value: Option<Value> = data.get(name);
        session.set(name, &value).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn read(options: &SessionOptions, cookie: &str) -> Result<Value, String> {
    let session = RequestSession::<Untyped>::new(options.clone());
    let session = session.session([cookie]).map_err(|error| error.to_string())?;
    json::parse(&session.to_json())
}

/// What iron-session read; where there is more than one candidate, what the
/// first one that opens by itself holds.
fn documented_read(options: &SessionOptions, request: &Request) -> Result<Value, String> {
    let theirs = json::parse(request.read.session_json.as_deref().unwrap_or("{}"))?;
    let name = options.cookie_name();
    let values = |name: &str| -> Vec<&str> {
        let pairs = request.cookie.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.filter(|(found, _)| *found == name).map(|(_, value)| value).collect()
    };
    let chunks: Vec<Vec<&str>> = (0..4).map(|index| values(&format!("{name}.{index}"))).collect();
    let wholes: Vec<&str> = values(name).into_iter().filter(|value| !value.is_empty()).collect();
    let has_chunks = chunks.first().is_some_and(|first| first.iter().any(|value| !value.is_empty()));
    let is_ambiguous = wholes.len() + usize::from(has_chunks) > 1
        || values(name).len() > 1
        || chunks.iter().any(|values| values.len() > 1);
    // An authentic whole cookie that has expired ends the search.
    if !is_ambiguous || request.read.reason.as_deref() == Some("expired") {
        return Ok(theirs);
    }

    let joined = chunks.iter().enumerate().map(|(index, values)| {
        values.first().map(|value| format!("{name}.{index}={value}")).unwrap_or_default()
    });
    let candidates = wholes
        .iter()
        .take(MAX_CANDIDATES - usize::from(has_chunks))
        .map(|value| format!("{name}={value}"))
        .chain([joined.collect::<Vec<_>>().join("; ")]);
    for candidate in candidates {
        let read = read(options, &candidate)?;
        if read != Value::Object(serde_json::Map::new()) {
            return Ok(read);
        }
    }
    Ok(Value::Object(serde_json::Map::new()))
}

/// Their lines must be ours, in their order; what is ours alone may only expire.
fn compare_lines(ours: &[String], theirs: &[String], ignore_values: bool) -> Result<(), String> {
    let comparable = |line: &String| {
        let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = if ignore_values { (!value.is_empty()).to_string() } else { value.to_owned() };
        format!("{name}={value};{attributes}")
    };
    let mut rest: Vec<String> = theirs.iter().map(comparable).collect();
    for line in ours {
        let line = comparable(line);
        if let Some(position) = rest.iter().position(|their| *their == line) {
            rest.remove(position);
        } else if !line.contains("; Max-Age=0;") {
            return Err(format!("wrote {line}, which iron-session does not"));
        }
    }
    if rest.is_empty() { Ok(()) } else { Err(format!("did not write {rest:?}")) }
}

/// Lets a browser take the lines, and reads back what it sends then.
fn check_browser(
    options: &SessionOptions,
    request: &Request,
    lines: &[String],
    end: &Final,
) -> Result<(), String> {
    let pairs = request.cookie.split(';').filter_map(|pair| pair.trim().split_once('='));
    let mut jar: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, value) in pairs {
        jar.entry(name).or_insert(value);
    }
    for line in lines {
        if line.len() > 4096 {
            return Err(format!("a line of {} bytes", line.len()));
        }
        let (name, rest) = line.split_once('=').unwrap_or((line, ""));
        let value = rest.split(';').next().unwrap_or_default();
        if line.contains("; Max-Age=0;") {
            jar.remove(name);
        } else {
            jar.insert(name, value);
        }
    }
    let expected = match end {
        Final::Saved(value) => value.clone(),
        Final::Destroyed | Final::Ended => Value::Object(serde_json::Map::new()),
        Final::Unwritten | Final::Failed => documented_read(options, request)?,
    };
    let header = if lines.is_empty() {
        request.cookie.clone()
    } else {
        jar.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    };
    let read = read(options, &header)?;
    if !json::same(&read, &expected) {
        return Err(format!("the browser is left with {read}, not {expected}"));
    }
    if matches!(end, Final::Destroyed | Final::Ended) && jar.keys().any(|name| belongs(name, options)) {
        return Err(format!("the browser is left with {:?}", jar.keys()));
    }
    Ok(())
}

fn belongs(name: &str, options: &SessionOptions) -> bool {
    let suffix = name.strip_prefix(options.cookie_name());
    suffix.is_some_and(|suffix| matches!(suffix, "" | ".0" | ".1" | ".2" | ".3"))
}

/// The salts and the iv of the seal that lines hold, if they hold one.
fn salts(lines: &[String]) -> Option<KnownSalts> {
    let values = lines.iter().filter_map(|line| line.split(';').next()?.split_once('='));
    let seal: String = values.map(|(_, value)| value).collect();
    let parts: Vec<&str> = seal.split('*').collect();
    let &[_, _, enc_salt, iv, _, _, mac_salt, _] = parts.as_slice() else { return None };
    let iv = canonical_base64(iv)?.try_into().ok()?;
    Some(KnownSalts { enc_salt: enc_salt.to_owned(), mac_salt: mac_salt.to_owned(), iv })
}

/// Tells whether the options are ones that a browser refuses, that delete the
/// cookie they set, or that can't seal.
fn refuses(case: &Options) -> bool {
    let cookie = &case.cookie;
    let is_visible = |b: u8| matches!(b, 0x21..=0x7e) && b != b';';
    let name_is_valid =
        !case.cookie_name.is_empty() && case.cookie_name.bytes().all(|b| is_visible(b) && b != b'=');
    let path_is_valid = cookie.path.as_deref().is_none_or(|path| {
        path.starts_with('/') && path.len() <= 1024 && path.bytes().all(|b| is_visible(b) || b == b' ')
    });
    let is_host = case.cookie_name.to_ascii_lowercase().starts_with("__host-");
    let host_is_alone = cookie.domain.is_none() && cookie.path.as_deref().is_none_or(|path| path == "/");
    let needs_secure = is_host
        || case.cookie_name.to_ascii_lowercase().starts_with("__secure-")
        || same_site(cookie.same_site.as_ref()) == SameSite::None
        || cookie.partitioned == Some(true);

    !name_is_valid
        || !path_is_valid
        || is_host && !host_is_alone
        || needs_secure && cookie.secure == Some(false)
        || matches!(cookie.max_age, MaxAge::Secs(..=0))
        || matches!(case.ttl, Some(..=-1))
        || !has_sealing_password(case)
}

/// A set of passwords needs one whose id is a whole number, spelled as such,
/// and none that is short or guessable.
fn has_sealing_password(case: &Options) -> bool {
    let is_number = |id: &str| id.parse::<u64>().is_ok_and(|number| number.to_string() == id);
    match &case.passwords {
        file::Passwords::String(text) => is_strong(text),
        file::Passwords::BufferHex(_) => false,
        file::Passwords::Map(map) => {
            let texts = map.values().filter_map(|secret| match secret {
                file::Secret::Text(text) => Some(text),
                _ => None,
            });
            texts.map(String::as_str).all(is_strong) && map.keys().any(|id| is_number(id))
        }
    }
}

fn is_strong(password: &str) -> bool {
    let different: BTreeSet<char> = password.chars().collect();
    password.encode_utf16().count() >= 32 && different.len() >= 8 && !password.contains('\0')
}

fn same_site(value: Option<&Value>) -> SameSite {
    match value {
        Some(Value::Bool(true)) => SameSite::Strict,
        Some(Value::String(text)) if text.eq_ignore_ascii_case("strict") => SameSite::Strict,
        Some(Value::String(text)) if text.eq_ignore_ascii_case("none") => SameSite::None,
        _ => SameSite::Lax,
    }
}

fn build(case: &Options, now_ms: f64) -> Result<SessionOptions, String> {
    let passwords = passwords::build_strictly(&case.passwords)?;
    let mut builder = SessionOptions::builder(&case.cookie_name, passwords)
        .clock(file::clock(now_ms))
        .max_cookies(if case.chunk { 4 } else { 1 })
        .same_site(same_site(case.cookie.same_site.as_ref()))
        .http_only(case.cookie.http_only.unwrap_or(true))
        .partitioned(case.cookie.partitioned.unwrap_or(false));
    builder = match case.ttl {
        None => builder,
        Some(0) => builder.ttl(Ttl::Unlimited),
        // Less than nothing is refused like nothing.
        Some(secs) => builder.ttl(Duration::from_secs(u64::try_from(secs).unwrap_or_default())),
    };
    builder = match case.cookie.max_age {
        MaxAge::FollowsTtl => builder,
        MaxAge::Undefined => builder.until_browser_closes(),
        MaxAge::Secs(secs) => builder.max_age(Duration::from_secs(u64::try_from(secs).unwrap_or_default())),
    };
    if let Some(domain) = &case.cookie.domain {
        builder = builder.domain(domain);
    }
    if let Some(path) = &case.cookie.path {
        builder = builder.path(path);
    }
    if case.cookie.secure == Some(false) {
        builder = builder.insecure_development();
    }
    builder = match case.cookie.priority.as_deref() {
        Some("low") => builder.priority(Priority::Low),
        Some("medium") => builder.priority(Priority::Medium),
        Some("high") => builder.priority(Priority::High),
        _ => builder,
    };
    if let Some(expires) = &case.cookie.expires {
        builder = builder.expires(instant(expires).ok_or("an `expires` that is no date")?);
    }
    builder.build().map_err(|error| error.to_string())
}

/// Reads `2025-11-21T14:46:40.000Z` by way of the HTTP date's own calendar.
fn instant(iso: &str) -> Option<std::time::SystemTime> {
    let (date, time) = iso.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<u64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let mut time = time.split([':', '.']).map(|part| part.parse::<u64>().ok());
    let (hours, minutes, seconds) = (time.next()??, time.next()??, time.next()??);

    // Days from the civil calendar: years begin in March, so that the leap day
    // is the last one.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    let days_to_epoch = 719_468;
    let seconds = (days - days_to_epoch) * 86_400 + hours * 3_600 + minutes * 60 + seconds;
    Some(std::time::UNIX_EPOCH + Duration::from_secs(seconds))
}
