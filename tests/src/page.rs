//! A page that Chromium opens, and the server behind it.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;

use axum::Router;
use axum::response::Html;
use axum::routing::get;

use crate::node::node;

/// Serves a page and the files that it requests, opens it in Chromium, and waits until its
/// title is `done`.
///
/// # Panics
///
/// Panics if the page throws, or if it takes longer than two minutes.
#[track_caller]
pub fn visit(page: &'static str, routes: Router) {
    let app = routes.route("/", get(async move || Html(page)));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = runtime.block_on(tokio::net::TcpListener::bind(any_port)).expect("a port");
    let address = format!("http://{}/", listener.local_addr().expect("an address"));
    runtime.spawn(async { axum::serve(listener, app).await });
    open(&address);
    runtime.shutdown_background();
}

/// Opens a page in Chromium, and waits until its title is `done`. Names below `example` lead to
/// this machine.
///
/// # Panics
///
/// Panics if the page throws, or if it takes longer than two minutes.
#[track_caller]
pub fn open(address: &str) {
    let output = node("browser/visit.mjs")
        .arg(address)
        .stdin(Stdio::null())
        .output()
        .expect("node runs; `cargo xtask test` installs the packages");
    let told = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.ends_with("done\n"), "the page: {told}");
}
