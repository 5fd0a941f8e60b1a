//! Cookies as they are copied: from a browser's developer tools, for curl, from a cookie jar, as JSON.

use serde_json::json;

use super::seals::seal;
use super::{done, failed};

/// A session in one cookie, and in two chunks, among what else was copied. Both are read by
/// `inspect`, which tells the shape, and by `unseal`, which opens them.
fn reads(kind: &str, write: impl Fn(&[(&str, &str)]) -> String) {
    let seal = seal();
    let (first, second) = seal.split_at(100);
    for (cookies, shape) in [
        (vec![("theme", "dark"), ("sid", seal.as_str())], "one cookie, sid"),
        (vec![("sid.0", first), ("sid.1", second), ("theme", "dark")], "2 chunks, sid.0 to sid.1"),
    ] {
        let text = write(&cookies);
        let inspected = done("inspect --password-env SECRET", &text);
        assert!(inspected.contains(&format!("shape     {shape}\n")), "{kind}: {text}\n{inspected}");
        assert!(inspected.contains("status    valid\n"), "{kind}: {text}\n{inspected}");
        assert!(done("unseal --name sid --password-env SECRET", &text).contains("ada"), "{kind}: {text}");
    }
}

/// One piece for each cookie, with something between them.
fn joined(cookies: &[(&str, &str)], between: &str, piece: impl Fn(&str, &str) -> String) -> String {
    cookies.iter().map(|(name, value)| piece(name, value)).collect::<Vec<_>>().join(between)
}

fn header(cookies: &[(&str, &str)]) -> String {
    joined(cookies, "; ", |name, value| format!("{name}={value}"))
}

#[test]
fn rows_of_developer_tools_are_read() {
    // Chromium: name, value, domain, path, expires, size, HttpOnly, Secure, SameSite, priority.
    reads("application panel", |cookies| {
        joined(cookies, "\n", |name, value| {
            format!("{name}\t{value}\tlocalhost\t/\t2026-12-09T07:00:00.000Z\t320\t✓\t\tLax\t\t\tMedium")
        })
    });
    reads("network panel, with the heads of its columns", |cookies| {
        let rows =
            joined(cookies, "\r\n", |name, value| format!("{name}\t{value}\tlocalhost\t/\tSession\t320"));
        format!("Name\tValue\tDomain\tPath\tExpires / Max-Age\tSize\r\n{rows}\r\n")
    });
    reads("name and value alone", |cookies| joined(cookies, "\n", |name, value| format!("{name}\t{value}")));
    reads("a header of the network panel", |cookies| format!("cookie\n{}", header(cookies)));
    reads("the same in one row", |cookies| format!("host\tlocalhost\ncookie\t{}", header(cookies)));
    // Firefox: the panel "Storage", and "Copy All" of the panel "Network".
    reads("firefox, storage", |cookies| {
        joined(cookies, "\n", |name, value| {
            format!("{name}:\"{value}\"\nCreated:\"Sun, 29 Nov 2026 08:00:00 GMT\"\nPath:\"/\"\nSize:320")
        })
    });
    reads("firefox, network", |cookies| {
        let members: serde_json::Map<_, _> = cookies
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!({ "path": "/", "value": value })))
            .collect();
        json!({ "Response Cookies": members }).to_string()
    });
}

#[test]
fn a_command_for_curl_is_read() {
    let url = "http://localhost:3000/?a=b&c=d";
    reads("bash, as a header", |cookies| {
        let cookie = header(cookies);
        format!("curl '{url}' \\\n  -H 'accept: a=b; q=0.9' \\\n  -H 'Cookie: {cookie}' \\\n  --compressed")
    });
    reads("bash, as an option", |cookies| {
        format!("$ curl '{url}' \\\n  -H 'accept: */*' \\\n  -b '{}' \\\n  -H 'dnt: 1'", header(cookies))
    });
    reads("bash, with escapes", |cookies| {
        format!("curl '{url}' -H $'cookie: {}; x=\\u0021\\''", header(cookies).replace('~', "\\u007e"))
    });
    reads("by hand", |cookies| format!("curl --cookie \"{}\" {url}", header(cookies)));
    reads("by hand, joined", |cookies| format!("curl -H\"Cookie: {}\" {url}", header(cookies)));
    reads("the option alone", |cookies| format!("-H 'Cookie: {}' \\", header(cookies)));
    reads("cmd", |cookies| {
        let cookie = header(cookies).replace('~', "^~").replace(';', "^;");
        format!(
            "curl ^\"{url}^\" ^\n  -H ^\"accept: ^\\^\"a^\\^\"^\" ^\n  -b ^\"{cookie}^\" ^\n  -H ^\"dnt: 1^\""
        )
    });
    reads("cmd, percent-encoded", |cookies| {
        let cookie = header(cookies).replace('*', "^%^2A");
        format!("curl.exe ^\"{url}^\" ^\n  -H ^\"Cookie: {cookie}^\"")
    });
    reads("older cmd", |cookies| {
        let cookie = header(cookies).replace('*', "\"%\"2A");
        format!("curl \"{url}\" ^\n  -H \"Cookie: {cookie}\" ^\n  --compressed")
    });
}

#[test]
fn a_cookie_jar_is_read() {
    reads("curl -c", |cookies| {
        let rows = joined(cookies, "\n", |name, value| {
            format!("#HttpOnly_localhost\tFALSE\t/\tTRUE\t1796112000\t{name}\t{value}")
        });
        format!("# Netscape HTTP Cookie File\n# https://curl.se/docs/http-cookies.html\n\n{rows}\n")
    });
    reads("without marks", |cookies| {
        joined(cookies, "\n", |name, value| format!(".example.com\tTRUE\t/\tFALSE\t0\t{name}\t{value}"))
    });
}

#[test]
fn json_is_read() {
    let list = |cookies: &[(&str, &str)]| {
        let list: Vec<_> = cookies
            .iter()
            .map(|(name, value)| json!({ "domain": "localhost", "name": name, "value": value, "httpOnly": true }))
            .collect();
        json!(list)
    };
    reads("an extension's export", |cookies| format!("{:#}", list(cookies)));
    reads("playwright", |cookies| json!({ "cookies": list(cookies), "origins": [] }).to_string());
    reads("a har file's headers", |cookies| {
        json!({ "headers": [{ "name": "host", "value": "a" }, { "name": "Cookie", "value": header(cookies) }] }).to_string()
    });
    reads("headers that were printed", |cookies| {
        json!({ "host": "a", "cookie": header(cookies) }).to_string()
    });
    reads("set-cookie that was printed", |cookies| {
        let lines: Vec<_> =
            cookies.iter().map(|(name, value)| format!("{name}={value}; Path=/; HttpOnly")).collect();
        json!({ "set-cookie": lines }).to_string()
    });
    reads("names and values", |cookies| {
        json!(cookies.iter().copied().collect::<std::collections::BTreeMap<_, _>>()).to_string()
    });
    reads("copy as fetch", |cookies| {
        format!(
            "fetch(\"http://localhost/\", {{\n  \"headers\": {{\n    \"accept\": \"*/*\",\n    \"cookie\": \"{}\",\n",
            header(cookies)
        )
    });
}

#[test]
fn quotes_are_no_part_of_a_value() {
    reads("the value", |cookies| joined(cookies, "; ", |name, value| format!("{name}=\"{value}\"")));
    reads("all", |cookies| format!("'{}'", header(cookies)));
    reads("a row", |cookies| joined(cookies, "\n", |name, value| format!("{name}\t\"{value}\"\tlocalhost")));
    for text in [format!("\"{}\"", seal()), format!("'{}'\n", seal())] {
        assert!(done("inspect --password-env SECRET", &text).contains("shape     a seal\n"), "{text}");
    }
}

/// If there is a seal, no message says that there is none.
#[test]
fn a_seal_in_any_other_text_is_found() {
    let seal = seal();
    for text in [
        format!("2026-11-29T08:00:00Z WARN token={seal}, user gone"),
        format!("http --print=h GET http://localhost/?a=b 'Cookie:sid={seal}'"),
        format!("$s.Cookies.Add((New-Object System.Net.Cookie(\"sid\", \"{seal}\", \"/\", \"localhost\")))"),
        format!("{{\"cut\": \"sid={seal}"),
    ] {
        let text_of = done("inspect --password-env SECRET", &text);
        assert!(text_of.contains("status    valid\n"), "{text}\n{text_of}");
    }
    assert!(failed(3, "inspect", "name\tvalue\tlocalhost").contains("the input has no seal"));
}
