//! `examples/nextjs` and the demo behind one address, and a browser that uses both.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;
use std::{env, fs};

use iron_session::{Passwords, Sealer};
use iron_session_tests::node::Server;
use serde_json::{Value, json};

use crate::browser::{Demo, artifacts, root, send_browser};

const SECRET: &str = "sa9tbQqI9Hurmw9VewzTKnVweViswM0J";

#[test]
fn a_browser_uses_both_halves() {
    let port = build();
    let secret = ("SESSION_SECRET", SECRET);
    let next = Server::start(next("start").args(["--hostname", "127.0.0.1", "--port", "0"]).envs([secret]));
    let artifacts = artifacts("nextjs");
    let shop = Demo::start(&artifacts, &port.to_string(), &[secret, ("TRUSTED_ORIGIN", &next.address)]);
    let walked = ["both-halves", "other-origins"].map(|walk| send_browser(walk, &next.address, &artifacts));
    for path in ["/account", "/wrapping", "/checkout"] {
        let opened = [59, 61].map(|age| open_with_session(&next.address, path, age));
        assert_eq!(opened, [(200, true), (303, true)], "{path}");
    }
    let log = shop.stop();
    for walked in walked {
        walked.unwrap_or_else(|told| panic!("{told}\nthe shop's log:\n{log}"));
    }
    // Rust could read every cookie that Next.js wrote, except the one that was too old.
    let mut unreadable = log.lines().filter(|line| line.contains("not readable"));
    assert!(unreadable.all(|line| line.contains("reason=\"expired\"")) && !log.contains("ERROR"), "{log}");
    assert!(log.contains("signed out name=\"Grace Hopper\""), "{log}");
}

/// Opens a page with a session that was issued some minutes ago. Returns the status, and whether the
/// response sets a cookie, which extends the session or starts another.
fn open_with_session(address: &str, path: &str, age_minutes: u64) -> (u16, bool) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let issued_at = now.as_secs() - age_minutes * 60;
    let session = json!({ "$": { "iat": issued_at }, "userName": "Ada" });
    let seal = Sealer::new(Passwords::new(SECRET).unwrap()).seal(&session).unwrap();
    let agent = ureq::Agent::config_builder().max_redirects(0).build().new_agent();
    let request = agent.get(format!("{address}{path}")).header("sec-fetch-mode", "navigate");
    let response = request.header("cookie", format!("app_session={seal}")).call().unwrap();
    (response.status().as_u16(), response.headers().contains_key("set-cookie"))
}

#[test]
fn the_types_are_those_that_the_command_prints() {
    let schema = root().join("examples/demo/schemas/app_session.v1.json");
    let output = Command::new(env::var_os("CARGO").unwrap())
        .args(["run", "--quiet", "-p", "iron-session-cli", "--", "types"])
        .arg(schema)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let written = fs::read_to_string(example().join("lib/app-session.ts")).unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(written, printed, "run `npm run types` in examples/nextjs");
}

fn example() -> PathBuf {
    root().join("examples/nextjs")
}

fn next(command: &str) -> Command {
    let mut next = Command::new("node");
    next.args(["node_modules/next/dist/bin/next", command])
        .current_dir(example())
        .env("NEXT_TELEMETRY_DISABLED", "1");
    next
}

/// Builds the application if it has changed, and returns the port of the shop. Next.js writes the
/// shop's address into the build, so the shop has to listen there.
fn build() -> u16 {
    let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    if let Some(port) = port_of_the_build().filter(is_free) {
        return port;
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let status = next("build").env("SHOP_ORIGIN", format!("http://127.0.0.1:{port}")).status();
    assert!(status.unwrap().success(), "`next build` failed; `cargo xtask test` installs the packages");
    port
}

/// Returns the shop's port in the last build, if the build is newer than its sources.
fn port_of_the_build() -> Option<u16> {
    let build = example().join(".next");
    let built_at = fs::metadata(build.join("BUILD_ID")).and_then(|file| file.modified()).ok()?;
    if newest(&example()) > built_at {
        return None;
    }
    let manifest = fs::read(build.join("routes-manifest.json")).ok()?;
    let manifest: Value = serde_json::from_slice(&manifest).ok()?;
    let shop = manifest["rewrites"]["fallback"][0]["destination"].as_str()?;
    shop.strip_prefix("http://127.0.0.1:")?.split('/').next()?.parse().ok()
}

/// Returns the time of the last change of a source.
fn newest(directory: &Path) -> SystemTime {
    let is_source = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_generated =
            name == "node_modules" || name == "next-env.d.ts" || name.ends_with(".tsbuildinfo");
        !is_generated && !name.starts_with('.')
    };
    let paths = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).filter(is_source);
    let changes = paths.map(|path| {
        // A folder changes when a file in it is deleted.
        let changed = fs::metadata(&path).unwrap().modified().unwrap();
        if path.is_dir() { changed.max(newest(&path)) } else { changed }
    });
    changes.max().unwrap_or(SystemTime::UNIX_EPOCH)
}
