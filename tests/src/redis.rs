//! A real Redis, for one test.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::directory::Directory;

/// A `redis-server` on a port of the loopback. It writes everything to its disk before it replies.
#[derive(Debug)]
pub struct Redis {
    directory: Directory,
    port: u16,
    server: Option<Child>,
}

impl Redis {
    /// Starts an empty one.
    pub fn start(name: &str) -> Self {
        let mut redis = Self::stopped(name);
        redis.restart();
        redis
    }

    /// Chooses a port, but starts nothing yet.
    pub fn stopped(name: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self { directory: Directory::new(name), port, server: None }
    }

    /// Returns its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns its URL.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
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

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}
