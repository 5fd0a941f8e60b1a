//! Load from another process: `wrk`, with one thread, on the loopback, for a few seconds.

use std::io;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

/// Prints wrk's results in one line: requests, then errors, then percentiles of the latency in
/// µs.
const SCRIPT: &str = r#"
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("\nRESULT %d %d %d %d %d %d\n",
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
"#;

/// The results of a server under load.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// The number of responses.
    pub requests: f64,
    /// Requests per second.
    pub per_second: f64,
    /// Latencies in µs: the median, the 99th and the 99.9th percentile.
    pub latency_us: [f64; 3],
}

/// Requests a path again and again, on `connections` connections, for a number of whole
/// seconds.
///
/// # Errors
///
/// Returns an error if wrk can't be run, or if a request failed.
pub fn load(
    address: SocketAddr,
    path: &str,
    cookies: &str,
    connections: u32,
    seconds: u32,
) -> io::Result<Load> {
    let script = std::env::temp_dir().join(format!("iron-session-wrk-{}.lua", std::process::id()));
    std::fs::write(&script, SCRIPT)?;
    let mut command = Command::new("wrk");
    command.args(["--threads", "1", "--connections", &connections.to_string()]);
    command.args(["--duration", &format!("{seconds}s"), "--script"]).arg(&script);
    if !cookies.is_empty() {
        command.args(["--header", &format!("Cookie: {cookies}")]);
    }
    let output = command.arg(format!("http://{address}{path}")).output();
    std::fs::remove_file(script)?;

    let text = String::from_utf8_lossy(&output?.stdout).into_owned();
    let result = text.lines().find_map(|line| line.strip_prefix("RESULT "));
    let numbers: Vec<f64> =
        result.unwrap_or_default().split(' ').filter_map(|number| number.parse().ok()).collect();
    match numbers[..] {
        [requests, duration_us, 0.0, p50, p99, p999] if requests > 0.0 => Ok(Load {
            requests,
            per_second: requests / Duration::from_micros(1).as_secs_f64() / duration_us,
            latency_us: [p50, p99, p999],
        }),
        _ => Err(io::Error::other(format!("{path}: wrk printed {text}"))),
    }
}
