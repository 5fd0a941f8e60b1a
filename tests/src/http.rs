//! HTTP/1.1 over a loopback socket: the servers of the applications under test, and the client that
//! all frameworks share.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::message::{Request, Response};

/// A server on a port of its own. It runs on the thread of the test, so that a
/// [`Log`](crate::Log) captures its events, and it stops when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts a server: calls a function that spawns its task.
    pub(crate) fn start(spawn: impl FnOnce(TcpListener) -> JoinHandle<()>) -> Self {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        listener.set_nonblocking(true).expect("a socket that does not block");
        let listener = TcpListener::from_std(listener).expect("a listener");
        Self { address, task: spawn(listener) }
    }

    /// Takes a server that has opened its socket itself.
    pub(crate) fn running(address: SocketAddr, task: JoinHandle<()>) -> Self {
        Self { address, task }
    }

    /// Sends a request on a connection of its own, exactly as it is: no header is added but the
    /// length of the body. Returns an error if the server closes the connection without a response.
    ///
    /// The connection closes when the future or the response is dropped.
    pub(crate) async fn open(&self, request: Request) -> io::Result<OpenResponse> {
        let (mut sender, connection) = self.connect().await?;
        let response = sender.send_request(build(request)).await.map_err(io::Error::other)?;
        Ok(OpenResponse { head: head(&response), response, _connection: connection })
    }

    /// Sends requests one after the other on one connection.
    pub(crate) async fn send_all(&self, requests: Vec<Request>) -> io::Result<Vec<Response>> {
        let (mut sender, _connection) = self.connect().await?;
        let mut responses = Vec::new();
        for request in requests {
            sender.ready().await.map_err(io::Error::other)?;
            let response = sender.send_request(build(request)).await.map_err(io::Error::other)?;
            responses.push(read(head(&response), response).await?);
        }
        Ok(responses)
    }

    async fn connect(&self) -> io::Result<(SendRequest<Full<Bytes>>, Connection)> {
        let stream = TcpStream::connect(self.address).await?;
        // Closes with a reset. A server could take an ordinary end for a client that sends nothing
        // more but still reads, and go on with the request.
        stream.set_zero_linger()?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        let connection = connection.with_upgrades();
        Ok((sender, Connection(tokio::spawn(async { drop(connection.await) }))))
    }
}

fn head<B>(response: &http::Response<B>) -> Response {
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().expect("a readable header").to_owned()));
    Response { status: response.status().as_u16(), headers: headers.collect(), body: String::new() }
}

async fn read(head: Response, response: http::Response<Incoming>) -> io::Result<Response> {
    let body = response.into_body().collect().await.map_err(io::Error::other)?.to_bytes();
    Ok(Response { body: text(&body), ..head })
}

/// A response whose body is still to be read.
#[derive(Debug)]
pub struct OpenResponse {
    /// The status and the headers.
    pub head: Response,
    response: http::Response<Incoming>,
    _connection: Connection,
}

impl OpenResponse {
    /// Waits for the next piece of the body; `None` is its end.
    pub async fn piece(&mut self) -> Option<String> {
        let frame = self.response.frame().await?.expect("a whole body");
        Some(text(&frame.into_data().expect("a piece of the body")))
    }

    /// Reads the whole body.
    pub(crate) async fn read(self) -> io::Result<Response> {
        read(self.head, self.response).await
    }

    /// Returns the connection after a 101.
    pub async fn upgraded(self) -> TokioIo<Upgraded> {
        TokioIo::new(hyper::upgrade::on(self.response).await.expect("another protocol"))
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// The task of a connection, which closes when this is dropped.
#[derive(Debug)]
struct Connection(JoinHandle<()>);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn build(request: Request) -> http::Request<Full<Bytes>> {
    let built = http::Request::builder().version(request.version()).method(request.method).uri(request.path);
    // In HTTP/1.0, a request without a length may have a body that only the connection's end ends.
    let length =
        request.has_no_host.then(|| ("content-length".to_owned(), request.body.len().to_string().into()));
    let headers = request.headers.into_iter().chain(length);
    let built = headers.fold(built, |built, (name, value)| built.header(name, value));
    built.body(Full::from(request.body)).expect("a valid request")
}
