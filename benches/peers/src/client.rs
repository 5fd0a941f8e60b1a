//! One request, as bytes: for logging in, and for counting what travels.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

/// What came back, and how many bytes went each way.
#[derive(Debug)]
pub struct Exchange {
    /// The request's bytes, headers included.
    pub sent: usize,
    /// The answer's bytes, headers included.
    pub received: usize,
    /// The value of a `Cookie` header that holds all the cookies that the answer sets.
    pub cookies: String,
    /// The answer's body, in chunks if it came so.
    pub body: String,
}

/// Asks for a path.
///
/// # Errors
///
/// What the connection gives, or an answer that is not 200.
pub fn get(address: SocketAddr, path: &str, cookies: &str) -> io::Result<Exchange> {
    let cookie = if cookies.is_empty() { String::new() } else { format!("Cookie: {cookies}\r\n") };
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{cookie}Connection: close\r\n\r\n");
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;

    let text = String::from_utf8_lossy(&answer);
    if !text.starts_with("HTTP/1.1 200") {
        return Err(io::Error::other(format!("{path}: {}", text.lines().next().unwrap_or_default())));
    }
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&*text, ""));
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let set = lines.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    let pairs: Vec<_> = set
        .filter(|(_, value)| !value.contains("Max-Age=0"))
        .filter_map(|(_, value)| value.split(';').next())
        .collect();
    let cookies = pairs.join("; ");
    Ok(Exchange { sent: request.len(), received: answer.len(), cookies, body: body.to_owned() })
}
