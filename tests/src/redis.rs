//! A real Redis, for one test.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::directory::Directory;

/// A `redis-server` on a port of the loopback. It writes everything to its disk before it replies.
#[derive(Debug)]
pub struct Redis {
    directory: Directory,
    port: u16,
    /// A second port, for TLS.
    tls_port: Option<u16>,
    server: Option<Child>,
}

impl Redis {
    /// Starts an empty one.
    pub fn start(name: &str) -> Self {
        let mut redis = Self::stopped(name);
        redis.restart();
        redis
    }

    /// Starts one that speaks TLS as well, as `localhost`, with a certificate that it has signed itself.
    pub fn start_with_tls(name: &str) -> Self {
        let mut redis = Self::stopped(name);
        redis.tls_port = Some(free_port());
        let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        fs::write(redis.certificate(), signed.cert.pem()).unwrap();
        fs::write(redis.directory.path().join("key.pem"), signed.signing_key.serialize_pem()).unwrap();
        redis.restart();
        redis
    }

    /// Returns the file of the certificate.
    pub fn certificate(&self) -> PathBuf {
        self.directory.path().join("certificate.pem")
    }

    /// Chooses a port, but starts nothing yet.
    pub fn stopped(name: &str) -> Self {
        Self { directory: Directory::new(name), port: free_port(), tls_port: None, server: None }
    }

    /// Returns its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns its URL.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Returns its URL with TLS and another name of this computer.
    pub fn tls_url(&self, host: &str) -> String {
        format!("rediss://{host}:{}", self.tls_port.unwrap())
    }

    /// Kills it (`kill -9`).
    pub fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().unwrap();
            server.wait().unwrap();
        }
    }

    /// Starts it with the data that it had.
    pub fn restart(&mut self) {
        assert!(self.server.is_none(), "kill it first");
        let server = Command::new("redis-server")
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", ""])
            .args(["--appendonly", "yes", "--appendfsync", "always", "--logfile", "redis.log", "--dir"])
            .arg(self.directory.path())
            .args(self.tls_arguments())
            .stdout(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("redis-server does not run ({error}); `cargo xtask test` brings it")
            });
        self.server = Some(server);
        for _ in 0..600 {
            if self.try_command(&["PING"]).is_ok_and(|reply| reply.starts_with("+PONG")) {
                return;
            }
            sleep(Duration::from_millis(50));
        }
        panic!(
            "redis-server does not listen: {}",
            fs::read_to_string(self.directory.path().join("redis.log")).unwrap_or_default()
        );
    }

    fn tls_arguments(&self) -> Vec<String> {
        let Some(port) = self.tls_port else { return Vec::new() };
        ["--tls-port", &port.to_string(), "--tls-auth-clients", "no", "--tls-cert-file", "certificate.pem"]
            .into_iter()
            .chain(["--tls-key-file", "key.pem", "--tls-ca-cert-file", "certificate.pem"])
            .map(str::to_owned)
            .collect()
    }

    /// Starts it without the data that it had.
    pub fn restart_empty(&mut self) {
        self.put_back(Vec::new());
    }

    /// Copies the files of its data. It must have been killed.
    pub fn data(&self) -> Vec<(String, Vec<u8>)> {
        assert!(self.server.is_none(), "kill it first");
        let files = fs::read_dir(self.directory.path().join("appendonlydir")).unwrap();
        files
            .map(|file| {
                let file = file.unwrap();
                (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap())
            })
            .collect()
    }

    /// Starts it with a former copy of its data.
    pub fn put_back(&mut self, data: Vec<(String, Vec<u8>)>) {
        let directory = self.directory.path().join("appendonlydir");
        fs::remove_dir_all(&directory).unwrap();
        if !data.is_empty() {
            fs::create_dir(&directory).unwrap();
        }
        for (name, content) in data {
            fs::write(directory.join(name), content).unwrap();
        }
        self.restart();
    }

    /// Sends a command, and returns the beginning of its reply as it is on the wire.
    pub fn command(&self, words: &[&str]) -> String {
        let reply = self.try_command(words).unwrap();
        assert!(!reply.starts_with('-'), "{words:?}: {reply}");
        reply
    }

    fn try_command(&self, words: &[&str]) -> std::io::Result<String> {
        let mut connection = TcpStream::connect(("127.0.0.1", self.port))?;
        connection.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(connection, "*{}\r\n", words.len())?;
        for word in words {
            write!(connection, "${}\r\n{word}\r\n", word.len())?;
        }
        let mut reply = [0; 1024];
        let len = connection.read(&mut reply)?;
        Ok(String::from_utf8_lossy(&reply[..len]).into_owned())
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}
