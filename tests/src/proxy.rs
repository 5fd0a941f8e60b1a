//! A network that fails: a TCP proxy before a server on the loopback.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the network does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// Passes everything on.
    Works,
    /// Passes everything on, but late.
    Delays(Duration),
    /// Takes everything and passes nothing on, as a network does whose cable was pulled.
    Swallows,
    /// Passes requests on, and cuts the connection when the reply comes. The next connection works.
    LosesReply,
}

/// The proxy. It works within the runtime of a test.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    to: Mutex<u16>,
    network: Mutex<Network>,
    /// Changes when all connections are cut.
    cuts: watch::Sender<u64>,
    /// The bytes of all replies that were passed on.
    replied: AtomicUsize,
}

impl Proxy {
    /// Starts it before the server on a port.
    pub async fn start(to: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            to: Mutex::new(to),
            network: Mutex::new(Network::Works),
            cuts: watch::Sender::new(0),
            replied: AtomicUsize::new(0),
        });
        tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self { port, shared }
    }

    /// Returns the URL of a Redis behind it.
    pub fn redis_url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Changes the network, also for connections that are open.
    pub fn set(&self, network: Network) {
        *self.shared.network.lock().unwrap() = network;
    }

    /// Returns how many bytes of replies it has passed on.
    pub fn replied(&self) -> usize {
        self.shared.replied.load(Ordering::SeqCst)
    }

    /// Cuts all connections.
    pub fn cut(&self) {
        self.shared.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Cuts all connections, and leads to another server from now on.
    pub fn lead_to(&self, port: u16) {
        *self.shared.to.lock().unwrap() = port;
        self.cut();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((client, _)) = listener.accept().await {
        let to = *shared.to.lock().unwrap();
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            // A server that is down looks like a cut connection.
            let Ok(server) = TcpStream::connect(("127.0.0.1", to)).await else { return };
            let mut cuts = shared.cuts.subscribe();
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            tokio::select! {
                () = pass(from_client, to_server, &shared, false) => {}
                () = pass(from_server, to_client, &shared, true) => {}
                _ = cuts.changed() => {}
            }
        });
    }
}

/// Passes bytes on until one side closes the connection, or the network does.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, shared: &Shared, are_replies: bool) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(len @ 1..) = from.read(&mut bytes).await {
        let network = *shared.network.lock().unwrap();
        match network {
            Network::Delays(delay) => tokio::time::sleep(delay).await,
            Network::Swallows => continue,
            Network::LosesReply if are_replies => {
                *shared.network.lock().unwrap() = Network::Works;
                return;
            }
            Network::Works | Network::LosesReply => {}
        }
        if to.write_all(&bytes[..len]).await.is_err() {
            return;
        }
        if are_replies {
            shared.replied.fetch_add(len, Ordering::SeqCst);
        }
    }
}
