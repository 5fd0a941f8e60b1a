//! How long a response nginx takes by default, and whether the log warns of a longer one.

use std::net::TcpListener as StdListener;

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use iron_session::{Session, SessionLayer};
use iron_session_tests::fixtures::{clock, noise, options};
use iron_session_tests::{AppSession, Log};

use crate::nginx::Nginx;

/// Sets a session and a header of so many bytes each.
async fn fill(
    Path((session_bytes, header_bytes)): Path<(usize, usize)>,
    mut session: Session<AppSession>,
) -> ([(&'static str, String); 1], String) {
    session.set_user_id(noise(session_bytes));
    ([("x-filler", noise(header_bytes))], noise(12_345))
}

/// Sends a request to nginx; returns the status.
async fn status(address: &str, path: &str) -> u16 {
    let url = format!("{address}{path}");
    let get = move || {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        agent.get(&url).call().unwrap().status().as_u16()
    };
    tokio::task::spawn_blocking(get).await.unwrap()
}

#[test]
fn a_response_that_nginx_refuses_is_warned_about() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        // Each request has options of its own, so that each is warned about.
        let layer =
            SessionLayer::<AppSession>::per_request(|_| options(&clock()).build().unwrap().check().unwrap());
        let app = Router::new().route("/{session}/{header}", get(fill)).layer(layer);
        let listener = StdListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        let nginx = Nginx::start("buffer", [port, port]);
        let log = Log::capture();
        let is_warned = async |session_bytes: usize, header_bytes: usize| {
            log.take();
            let status = status(&nginx.address, &format!("/{session_bytes}/{header_bytes}")).await;
            let told = log.take();
            let warned = told.iter().any(|event| event.message.contains("`proxy_buffer_size 32k`"));
            (status == 502, warned)
        };

        for (session_bytes, is_refused) in [(100, false), (2000, false), (2700, true), (6000, true)] {
            assert_eq!(is_warned(session_bytes, 0).await, (is_refused, is_refused), "{session_bytes}");
        }
        // To the byte.
        let (mut fits, mut refused) = (0, 4000);
        while refused - fits > 1 {
            let middle = usize::midpoint(fits, refused);
            if is_warned(100, middle).await.0 { refused = middle } else { fits = middle }
        }
        assert_eq!(is_warned(100, fits).await, (false, false));
        assert_eq!(is_warned(100, refused).await, (true, true));
    });
}
