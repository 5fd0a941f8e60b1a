//! Programs that run next to a test: the JavaScript peers under Node.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// A process that ends with the test.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// The address on which it listens, `http://127.0.0.1:PORT`.
    pub address: String,
}

impl Server {
    /// Starts a program and waits for the line that contains its address.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                line.split_whitespace().find(|word| word.starts_with("http://")).map(str::to_owned)
            })
            .expect("the program prints its address");
        // Read its further output, or the pipe would fill up.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self { child, address }
    }

    /// Returns the port on which it listens.
    pub fn port(&self) -> &str {
        self.address.rsplit(':').next().expect("a port").trim_end_matches('/')
    }
}

impl Server {
    /// Asks it to exit, so that it can finish its current work, and waits until it has
    /// exited.
    pub fn terminate(mut self) {
        let id = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status().expect("`kill` runs");
        assert!(asked.success(), "the program has exited already");
        self.child.wait().expect("it exits");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A process that has exited already can't be killed again.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the folder of the JavaScript programs.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("node")
}

/// Creates a command that runs one of the JavaScript programs.
pub fn node(program: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(program).current_dir(folder());
    command
}

/// Builds a package of the workspace, and returns the path of its first binary.
pub fn build(package: &str) -> PathBuf {
    build_all(package).into_iter().next().expect("a binary")
}

/// Builds a package of the workspace, and returns the paths of its binaries.
pub fn build_all(package: &str) -> Vec<PathBuf> {
    let output = Command::new(env!("CARGO"))
        .args(["build", "--package", package, "--message-format", "json"])
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo build --package {package}");
    let messages = String::from_utf8(output.stdout).expect("text");
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| message["executable"].as_str().map(PathBuf::from))
        .collect()
}

/// The JavaScript libraries in one process; see `tests/node/peer.mjs`.
#[derive(Debug)]
pub struct Peers {
    child: Child,
    requests: ChildStdin,
    responses: BufReader<ChildStdout>,
}

impl Peers {
    /// Starts the process.
    pub fn start() -> Self {
        let mut child = node("peer.mjs")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node runs; `cargo xtask test` installs the packages");
        let requests = child.stdin.take().expect("a pipe");
        let responses = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, requests, responses }
    }

    /// Asks a library to seal a value.
    pub fn seal(
        &mut self,
        peer: &str,
        value: &Value,
        passwords: &Value,
        ttl_secs: u64,
        now_ms: u64,
    ) -> String {
        let response = self.ask(json!({
            "op": "seal", "peer": peer, "value": value, "passwords": passwords,
            "ttl_secs": ttl_secs, "now_ms": now_ms,
        }));
        response["seal"]
            .as_str()
            .unwrap_or_else(|| panic!("{peer} did not seal {value}: {response}"))
            .to_owned()
    }

    /// Asks a library to unseal.
    ///
    /// # Errors
    ///
    /// Returns the library's error.
    pub fn unseal(
        &mut self,
        peer: &str,
        seal: &str,
        passwords: &Value,
        now_ms: u64,
    ) -> Result<Value, String> {
        let mut response = self.ask(json!({
            "op": "unseal", "peer": peer, "seal": seal, "passwords": passwords, "now_ms": now_ms,
        }));
        if response["ok"] == true { Ok(response["value"].take()) } else { Err(response["error"].to_string()) }
    }

    /// Reads a seal, compressed or not, with the function from the guide.
    pub fn read(&mut self, seal: &str, passwords: &Value, now_ms: u64) -> Value {
        let mut response =
            self.ask(json!({ "op": "read", "seal": seal, "passwords": passwords, "now_ms": now_ms }));
        assert_eq!(response["ok"], true, "{response}");
        response["value"].take()
    }

    /// Plays a request on iron-session 9; returns the session that it read, and its
    /// `Set-Cookie` lines.
    pub fn cookie(
        &mut self,
        cookie: &str,
        options: &Value,
        steps: &Value,
        now_ms: u64,
    ) -> (Value, Vec<String>) {
        self.try_cookie(cookie, options, steps, now_ms).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Plays a request that iron-session 9 may reject.
    ///
    /// # Errors
    ///
    /// Returns the library's error.
    pub fn try_cookie(
        &mut self,
        cookie: &str,
        options: &Value,
        steps: &Value,
        now_ms: u64,
    ) -> Result<(Value, Vec<String>), String> {
        let mut response = self.ask(json!({
            "op": "cookie", "cookie_header": cookie, "options": options, "steps": steps, "now_ms": now_ms,
        }));
        if response["ok"] != true {
            return Err(response["error"].to_string());
        }
        let lines = serde_json::from_value(response["set_cookie"].take()).expect("a list of lines");
        Ok((response["session"].take(), lines))
    }

    fn ask(&mut self, mut request: Value) -> Value {
        request["id"] = json!(0);
        writeln!(self.requests, "{request}").expect("the peer is alive");
        let mut response = String::new();
        self.responses.read_line(&mut response).expect("the peer responds");
        serde_json::from_str(&response).unwrap_or_else(|_| panic!("no response to {request}"))
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
