//! The visitors of the servers.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ureq::Agent;

use super::servers::Server;

/// A browser that follows the session's cookie.
#[derive(Default)]
pub(super) struct Client {
    cookie: String,
}

impl Client {
    pub(super) fn signed_in(server: &Server) -> Self {
        let mut client = Self::default();
        assert_eq!(client.post(server, "/sign-in").0, 200);
        client
    }

    fn agent() -> Agent {
        Agent::config_builder().http_status_as_error(false).build().new_agent()
    }

    pub(super) fn get(&mut self, server: &Server, path: &str) -> (u16, String) {
        let request = Self::agent().get(format!("http://127.0.0.1:{}{path}", server.port));
        self.receive(request.header("cookie", &self.cookie).call().unwrap())
    }

    pub(super) fn post(&mut self, server: &Server, path: &str) -> (u16, String) {
        let request = Self::agent().post(format!("http://127.0.0.1:{}{path}", server.port));
        self.receive(request.header("cookie", &self.cookie).send_empty().unwrap())
    }

    fn receive(&mut self, mut response: http::Response<ureq::Body>) -> (u16, String) {
        if let Some(line) = response.headers().get("set-cookie") {
            line.to_str().unwrap().split(';').next().unwrap().clone_into(&mut self.cookie);
        }
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    pub(super) fn visits(&mut self, server: &Server) -> String {
        let (status, body) = self.get(server, "/visit");
        assert_eq!(status, 200, "{body}");
        body
    }

    /// The id in the cookie's seal.
    pub(super) fn id(&self) -> &str {
        self.cookie.split('*').nth(1).unwrap()
    }
}

/// How often visitors were seen signed in and signed out.
#[derive(Default)]
pub(super) struct Load {
    pub(super) signed_in: AtomicU32,
    pub(super) signed_out: AtomicU32,
    is_over: AtomicBool,
}

impl Load {
    pub(super) const VISITORS: usize = 4;

    /// Does something while visitors go from server to server. Returns their cookies' ids.
    pub(super) fn run(&self, servers: &[Server; 3], act: impl FnOnce()) -> Vec<String> {
        thread::scope(|scope| {
            let visitors: Vec<_> = (0..Self::VISITORS)
                .map(|first| {
                    scope.spawn(move || {
                        let mut client = Client::signed_in(&servers[first % 3]);
                        for server in servers.iter().cycle().skip(first) {
                            let seen = if client.visits(server) == "signed in" {
                                &self.signed_in
                            } else {
                                &self.signed_out
                            };
                            seen.fetch_add(1, Ordering::SeqCst);
                            if self.is_over.load(Ordering::SeqCst) {
                                break;
                            }
                        }
                        client.id().to_owned()
                    })
                })
                .collect();
            self.wait();
            act();
            self.wait();
            self.is_over.store(true, Ordering::SeqCst);
            visitors.into_iter().map(|visitor| visitor.join().unwrap()).collect()
        })
    }

    /// Waits until every server has seen every visitor several times.
    pub(super) fn wait(&self) {
        let seen = || self.signed_in.load(Ordering::SeqCst) + self.signed_out.load(Ordering::SeqCst);
        let (until, patience) = (seen() + 60, Instant::now() + Duration::from_secs(60));
        while seen() < until {
            assert!(Instant::now() < patience, "a visitor failed");
            thread::sleep(Duration::from_millis(2));
        }
    }
}
