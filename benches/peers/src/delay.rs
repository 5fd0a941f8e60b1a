//! Simulates the distance between two programs: a proxy that delays one direction.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// A proxy in front of a server. It delays the server's responses by a fixed time.
#[derive(Debug)]
pub struct Delay {
    address: SocketAddr,
    bytes: Arc<AtomicUsize>,
}

impl Delay {
    /// Starts to relay connections to `server`, until the process exits.
    ///
    /// # Errors
    ///
    /// Returns an error if the socket can't be bound.
    pub fn start(server: SocketAddr, by: Duration) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let (address, bytes) = (listener.local_addr()?, Arc::default());
        let counted = Arc::clone(&bytes);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // If the server is gone, its client's connection is closed.
                let _ = relay(client, server, by, &counted);
            }
        });
        Ok(Self { address, bytes })
    }

    /// Returns the address on which it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns how many bytes it has relayed so far, in both directions.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }
}

fn relay(client: TcpStream, server: SocketAddr, by: Duration, bytes: &Arc<AtomicUsize>) -> io::Result<()> {
    let server = TcpStream::connect(server)?;
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
    }
    for (from, to, by) in [(client.try_clone()?, server.try_clone()?, Duration::ZERO), (server, client, by)] {
        let (sender, receiver) = channel();
        let counted = Arc::clone(bytes);
        thread::spawn(move || receive(from, by, &sender, &counted));
        thread::spawn(move || pass_on(to, &receiver));
    }
    Ok(())
}

/// Records for each arriving piece when it may be sent on, so that no piece waits for an
/// earlier one.
fn receive(mut from: TcpStream, by: Duration, sender: &Sender<(Instant, Vec<u8>)>, bytes: &AtomicUsize) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(len @ 1..) = from.read(&mut buffer) {
        bytes.fetch_add(len, Ordering::Relaxed);
        if sender.send((Instant::now() + by, buffer[..len].to_vec())).is_err() {
            return;
        }
    }
}

fn pass_on(mut to: TcpStream, receiver: &Receiver<(Instant, Vec<u8>)>) {
    while let Ok((at, bytes)) = receiver.recv() {
        thread::sleep(at.saturating_duration_since(Instant::now()));
        if to.write_all(&bytes).is_err() {
            return;
        }
    }
    // Whichever side closed first knows it already.
    let _ = to.shutdown(Shutdown::Write);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_arrives_later_and_whole() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let by = Duration::from_millis(20);
        let delay = Delay::start(server.local_addr().unwrap(), by).unwrap();
        let start = Instant::now();
        let mut client = TcpStream::connect(delay.address()).unwrap();
        client.write_all(b"ping").unwrap();
        let (mut accepted, _) = server.accept().unwrap();
        let mut question = [0; 4];
        accepted.read_exact(&mut question).unwrap();
        accepted.write_all(b"pong!").unwrap();
        drop(accepted);
        let mut response = String::new();
        client.read_to_string(&mut response).unwrap();
        assert_eq!((&question, &*response, delay.bytes()), (b"ping", "pong!", 9));
        assert!(start.elapsed() >= by);
    }
}
