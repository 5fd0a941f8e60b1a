//! Sends one request as bytes, to log in and to count the bytes that travel.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

/// A response, and the number of bytes in each direction.
#[derive(Debug)]
pub struct Exchange {
    /// The request's bytes, headers included.
    pub sent: usize,
    /// The response's bytes, headers included.
    pub received: usize,
    /// The value of a `Cookie` header with all the cookies that the response sets.
    pub cookies: String,
    /// The body of the response; it may have the chunked encoding.
    pub body: String,
}

/// Requests a path.
///
/// # Errors
///
/// Returns an error if the connection fails, or if the response is not a 200.
pub fn get(address: SocketAddr, path: &str, cookies: &str) -> io::Result<Exchange> {
    let cookie = if cookies.is_empty() { String::new() } else { format!("Cookie: {cookies}\r\n") };
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{cookie}Connection: close\r\n\r\n");
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request.as_bytes())?;
    let mut response = Vec::new();
    stream.read_to_end(&mut response)?;

    let text = String::from_utf8_lossy(&response);
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
    Ok(Exchange { sent: request.len(), received: response.len(), cookies, body: body.to_owned() })
}
