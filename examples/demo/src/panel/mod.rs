//! The panel next to every page: the time that is left of the session, the cookies of the request
//! and their layout, their content, and how large it could become.

mod budget;
mod content;
mod countdown;

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use iron_session::IronSession;
use iron_session::cookie::MAX_LINE_BYTES;
use iron_session::session::Usage;
use maud::{Markup, html};

use crate::page::Frame;
use crate::session::AppSession;

const MAX_COOKIES: usize = match AppSession::SCHEMA.max_cookies() {
    Some(max_cookies) => max_cookies,
    None => 1,
};

/// A cookie of the session, as it came with the request.
#[derive(Debug, PartialEq)]
pub(crate) struct ReceivedCookie {
    name: String,
    /// The length of the name, `=` and the value.
    bytes: usize,
}

/// Finds the session's cookies, whole or in chunks, in the headers of a request.
pub(crate) fn received_cookies(headers: &HeaderMap, session: &str) -> Vec<ReceivedCookie> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).map(str::trim);
    let cookies = pairs.filter_map(|pair| {
        let (name, _) = pair.split_once('=')?;
        let suffix = name.strip_prefix(session)?;
        (suffix.is_empty() || suffix.starts_with('.'))
            .then(|| ReceivedCookie { name: name.to_owned(), bytes: pair.len() })
    });
    cookies.collect()
}

pub(crate) fn panel(frame: &Frame) -> Markup {
    let cookies = &*frame.cookies;
    let used: usize = cookies.iter().map(|cookie| cookie.bytes).sum();
    let limit = MAX_LINE_BYTES * MAX_COOKIES;
    html! {
        aside aria-label="The session" {
            (countdown::countdown(frame))
            section {
                h2 { "Cookies on the wire" }
                p.hint { "As received with this request" }
                (cookie_table(cookies))
                (bar(cookies, MAX_COOKIES))
                @if !cookies.is_empty() { (form(&frame.usage)) }
                p {
                    strong data-testid="used-bytes" data-bytes=(used) { (thousands(used)) }
                    " of " (thousands(limit)) " bytes"
                }
                p.hint {
                    (MAX_COOKIES) " cookies of at most " (thousands(MAX_LINE_BYTES)) " bytes each. That "
                    "includes their attributes, which browsers don't send back."
                }
            }
            @if !frame.draft_cookies.is_empty() { (draft(frame)) }
            section {
                h2 { "Content of the session" }
                p.hint { "As it was opened, before this page changed it" }
                @if content::is_empty(frame) && !cookies.is_empty() {
                    p.notice.problem data-testid="not-opened" {
                        "These cookies could not be opened: they have another password, or the seal has expired or was "
                        "changed. The log gives the reason. The next change replaces them."
                    }
                }
                (content::content(&frame.session))
            }
            section {
                h2 { "Size limits" }
                p.hint { "Bytes of JSON, now and at most. The compiler has checked that the sum fits." }
                (budget::table(&frame.usage))
            }
        }
    }
}

/// The cookies of the letter, which may be compressed.
fn draft(frame: &Frame) -> Markup {
    let usage = &frame.draft_usage;
    html! {
        section data-testid="draft" {
            h2 { "The letter's own cookies" }
            p.hint { (thousands(usage.payload_bytes)) " bytes of JSON" }
            (cookie_table(&frame.draft_cookies))
            (bar(&frame.draft_cookies, usage.max_cookies))
            (form(usage))
        }
    }
}

/// The form in which this page's session is stored.
fn form(usage: &Usage) -> Markup {
    html! {
        p data-testid="form" data-cookies=(usage.cookies) data-compressed=(usage.compressed) {
            "In " strong { (usage.cookies) } @if usage.cookies == 1 { " cookie" } @else { " cookies" }
            @if usage.compressed { ", compressed" } @else { ", plain" }
            " – " (thousands(usage.cookie_header_bytes)) " bytes in every request"
        }
    }
}

fn cookie_table(cookies: &[ReceivedCookie]) -> Markup {
    html! {
        @if cookies.is_empty() {
            p data-testid="no-cookie" { "No session cookie: nothing is stored." }
            p.hint {
                "If you expected one, this browser rejects secure cookies without https. Start the "
                "demo with " code { "--insecure" } "."
            }
        } @else {
            table {
                @for cookie in cookies {
                    tr data-testid="cookie" {
                        td { code { (cookie.name) } }
                        td.number { (thousands(cookie.bytes)) " bytes" }
                    }
                }
            }
        }
    }
}

/// Draws one box per cookie, filled as far as the cookie is full.
fn bar(cookies: &[ReceivedCookie], max_cookies: usize) -> Markup {
    const GAP: usize = MAX_LINE_BYTES / 20;
    let width = max_cookies * (MAX_LINE_BYTES + GAP) - GAP;
    html! {
        svg.bar viewBox={ "0 0 " (width) " 100" } preserveAspectRatio="none" aria-hidden="true" {
            @for index in 0..max_cookies {
                @let x = index * (MAX_LINE_BYTES + GAP);
                @let used = cookies.get(index).map_or(0, |cookie| cookie.bytes.min(MAX_LINE_BYTES));
                rect.room x=(x) width=(MAX_LINE_BYTES) height="100" {}
                rect.used x=(x) width=(used) height="100" {}
            }
        }
    }
}

/// Formats a number with a comma before every three digits.
pub(crate) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn finds_the_session_among_others() {
        let mut headers = HeaderMap::new();
        let lines = ["app_session.0=abc; app_session_id=no; theme=dark", "app_session.1=d;app_sessio=no"];
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_static(line));
        }
        let cookie = |name: &str, bytes| ReceivedCookie { name: name.to_owned(), bytes };
        assert_eq!(
            received_cookies(&headers, "app_session"),
            [cookie("app_session.0", 17), cookie("app_session.1", 15)]
        );
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(
            [0, 999, 1000, 16_384, 1_234_567].map(thousands),
            ["0", "999", "1,000", "16,384", "1,234,567"]
        );
    }
}
