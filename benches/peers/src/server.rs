//! A server in its own process, and its processor time.

use std::ffi::OsStr;
use std::io::{self, BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{fs, thread};

/// A running server. It is killed when it is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts one of the [applications](crate::apps).
    ///
    /// # Errors
    ///
    /// Returns an error if the process can't be started.
    pub fn start(app: &str) -> io::Result<Self> {
        Self::start_with(app, &[])
    }

    /// Starts one of the applications with these environment variables.
    ///
    /// # Errors
    ///
    /// Returns an error if the process can't be started.
    pub fn start_with(app: &str, env: &[(&str, &str)]) -> io::Result<Self> {
        let program = std::env::current_exe()?.with_file_name("server");
        let mut command = Command::new(program);
        command.arg(app).envs(env.iter().copied());
        Self::listening(command)
    }

    /// Starts a program whose first line of output ends with the address on which it
    /// listens.
    ///
    /// # Errors
    ///
    /// Returns an error if the process can't be started, or if the line has no address.
    pub fn listening(mut command: Command) -> io::Result<Self> {
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let address = line.split_whitespace().last().and_then(|word| word.parse().ok());
        match address {
            Some(address) => Ok(Self { child, address }),
            None => Err(io::Error::other(format!("{command:?} printed {line:?}"))),
        }
    }

    /// Starts a program that will listen on this port of the loopback, and waits until it
    /// does.
    ///
    /// # Errors
    ///
    /// Returns an error if the process can't be started, or if it does not listen after
    /// half a minute.
    pub fn on_port(mut command: Command, port: u16) -> io::Result<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let server = Self { child: command.stdout(Stdio::null()).spawn()?, address };
        for _ in 0..600 {
            if std::net::TcpStream::connect(address).is_ok() {
                return Ok(server);
            }
            thread::sleep(Duration::from_millis(50));
        }
        Err(io::Error::other(format!("{command:?} does not listen on {address}")))
    }

    /// Returns the address on which it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the processor time, user and system, of its process so far.
    ///
    /// # Errors
    ///
    /// Returns an error if `/proc` can't be read.
    pub fn cpu(&self) -> io::Result<Duration> {
        // `stat` counts hundredths of a second; the first field of `schedstat` counts
        // nanoseconds, for each thread.
        let threads = fs::read_dir(format!("/proc/{}/task", self.child.id()))?;
        let ns = threads.map(|thread| {
            let text = fs::read_to_string(thread?.path().join("schedstat"))?;
            let ns = text.split_whitespace().next().and_then(|ns| ns.parse::<u64>().ok());
            ns.ok_or_else(|| io::Error::other(format!("schedstat contains {text:?}")))
        });
        ns.sum::<io::Result<u64>>().map(Duration::from_nanos)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have exited already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Finds a free port of the loopback.
///
/// # Errors
///
/// Returns an error if no port can be bound.
pub fn free_port() -> io::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Starts a Redis server that stores nothing on disk.
///
/// # Errors
///
/// Returns an error if the process can't be started.
pub fn redis() -> io::Result<Server> {
    let port = free_port()?;
    let mut command = Command::new("redis-server");
    let options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port"];
    command.args(options.map(OsStr::new)).arg(port.to_string());
    Server::on_port(command, port)
}
