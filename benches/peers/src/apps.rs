//! The applications, by name. Each serves on one thread, so that its processor time can be told
//! apart from that of the load generator.

pub mod actix;
pub mod axum;
pub mod axum_extra;
pub mod by_hand;
pub mod redis;
mod sessions;
pub mod tower_sessions;

use std::io;

use benches::samples::Shop;

use self::sessions::Login;

/// The response of `/read`.
fn greeting(shop: &Shop) -> String {
    shop.name.clone().unwrap_or_default()
}

/// Serves the application with this name until the process exits. The first line of output
/// contains its address.
///
/// # Errors
///
/// Returns an error if the socket can't be bound, or if there is no such application.
pub fn serve(name: &str) -> io::Result<()> {
    match name {
        "axum" => axum::serve(axum::bare()),
        "axum + a seal by hand" => axum::serve(by_hand::app()),
        "axum + ours" => axum::serve(axum::ours::<Login>()),
        "axum + ours, up to four cookies" => axum::serve(axum::ours::<Shop>()),
        "axum + axum-extra private cookies" => axum::serve(axum_extra::app()),
        "axum + tower-sessions, in memory" => axum::serve(tower_sessions::app()),
        "axum + redis" => redis::serve(),
        "actix-web" => actix::serve_bare(),
        "actix-web + ours" => actix::serve_ours(),
        "actix-web + actix-session, cookie" => actix::serve_actix_session(),
        _ => Err(io::Error::other(format!("no application `{name}`"))),
    }
}

fn say(address: std::net::SocketAddr) {
    println!("listening on {address}");
}
