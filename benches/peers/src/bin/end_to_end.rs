//! Measures the cost of a request with a session, over HTTP on the loopback: with this library,
//! with other libraries, and with JavaScript.
//!
//! ```text
//! cargo build --release --manifest-path benches/peers/Cargo.toml
//! cargo run --release --manifest-path benches/peers/Cargo.toml --bin end_to_end -- [--quick] [--json FILE]
//! ```
//!
//! Each application runs on one thread of its own process; the load comes from another process.
//! The main figure is the server's processor time per request, because requests per second and
//! latencies depend on the other load of the machine. All cases take turns, in many short
//! rounds. Neighbours on the same processor only ever add to the processor time, for seconds at
//! a time, so the minimum of the rounds is used. The remaining variation comes from the memory
//! layout of each process, and is about a microsecond in either direction. So the cost of a
//! session is compared with a route of the same process that has none.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use benches::figures::{self, Figure};
use benches::measure::{Effort, Race, median, quickest};
use benches::samples::{self, COOKIE, LOGIN_BYTES, PASSWORD, Shop};
use iron_session::Sealer;
use peers::server::{Server, free_port};
use peers::{client, load};

const CONNECTIONS: u32 = 16;

/// The allowed processor time of a session per request, in multiples of the time of its seals
/// in a loop. Everything takes longer in a server than in a loop, because between two requests
/// the system and the framework use the processor's caches.
const ADDED: f64 = 1.5;

/// A server, and the paths that are measured.
struct App {
    name: &'static str,
    server: Server,
    cookies: String,
    paths: &'static [&'static str],
}

/// The figures of one path of one application, round by round.
struct Case {
    app: usize,
    path: &'static str,
    cpu_us: Vec<f64>,
    per_second: Vec<f64>,
    latency_us: [Vec<f64>; 3],
}

fn main() -> Result<(), Box<dyn Error>> {
    let effort = Effort::from_args();
    let rounds = match effort {
        Effort::Quick => 1,
        Effort::Full => 21,
    };
    let apps = start(effort)?;
    let mut cases: Vec<Case> = apps
        .iter()
        .enumerate()
        .flat_map(|(app, App { paths, .. })| paths.iter().map(move |path| Case::new(app, path)))
        .collect();
    // For a first impression, a server that has just started is good enough.
    for App { server, cookies, paths, .. } in apps.iter().filter(|_| effort == Effort::Full) {
        for path in *paths {
            load::load(server.address(), path, cookies, CONNECTIONS, 1)?;
        }
    }
    for round in 0..rounds {
        for case in &mut cases {
            let app = &apps[case.app];
            // The differences to JavaScript are so large that a few rounds are
            // enough.
            if round < 5 || app.paths != IN_JAVASCRIPT {
                case.run(app)?;
            }
        }
    }
    Ok(figures::publish(&tell(&apps, &cases, effort)?)?)
}

const BY_HAND: &str = "axum + a seal by hand";

const BARE: &str = "/bare";
const PATHS: &[&str] = &[BARE, "/none", "/read", "/change"];
const IN_JAVASCRIPT: &[&str] = &[BARE, "/read", "/change"];

fn start(effort: Effort) -> Result<Vec<App>, Box<dyn Error>> {
    let mut apps = Vec::new();
    for (name, paths) in [
        ("axum", &[BARE] as &[_]),
        (BY_HAND, PATHS),
        ("axum + ours", PATHS),
        ("axum + axum-extra private cookies", PATHS),
        ("axum + tower-sessions, in memory", PATHS),
        ("actix-web", &[BARE]),
        ("actix-web + ours", PATHS),
        ("actix-web + actix-session, cookie", PATHS),
    ] {
        let server = Server::start(name)?;
        let cookies = if paths.len() > 1 {
            client::get(server.address(), &format!("/login/{LOGIN_BYTES}"), "")?.cookies
        } else {
            String::new()
        };
        apps.push(App { name, server, cookies, paths });
    }
    // iron-session reads our cookie.
    let seal = Sealer::new(samples::passwords()).seal(&samples::shop(LOGIN_BYTES))?;
    let cookies = format!("{COOKIE}={seal}");
    let server = Server::listening(node("express.mjs"))?;
    apps.push(App { name: "Express", server, cookies: cookies.clone(), paths: IN_JAVASCRIPT });
    if effort == Effort::Full {
        apps.push(App { name: "Next.js", server: next()?, cookies, paths: IN_JAVASCRIPT });
    }
    let name_of_user = samples::shop(LOGIN_BYTES).name.unwrap_or_default();
    for App { name, server, cookies, paths } in &apps {
        if paths.contains(&"/read")
            && !client::get(server.address(), "/read", cookies)?.body.contains(&name_of_user)
        {
            return Err(format!("{name} does not read its session").into());
        }
    }
    Ok(apps)
}

fn node(program: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(program).current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../javascript"));
    command.env("COOKIE_NAME", COOKIE).env("SESSION_SECRET", PASSWORD).env("NODE_ENV", "production");
    command.env("NEXT_TELEMETRY_DISABLED", "1");
    command
}

/// Builds the Next.js application and starts it.
fn next() -> Result<Server, Box<dyn Error>> {
    const NEXT: &str = "node_modules/next/dist/bin/next";
    let built = node(NEXT).args(["build", "next"]).output()?;
    if !built.status.success() {
        return Err(format!("next build: {}", String::from_utf8_lossy(&built.stderr)).into());
    }
    let port = free_port()?;
    let mut command = node(NEXT);
    command.args(["start", "next", "--hostname", "127.0.0.1", "--port", &port.to_string()]);
    Ok(Server::on_port(command, port)?)
}

impl Case {
    fn new(app: usize, path: &'static str) -> Self {
        Self { app, path, cpu_us: Vec::new(), per_second: Vec::new(), latency_us: Default::default() }
    }

    fn run(&mut self, app: &App) -> Result<(), Box<dyn Error>> {
        let before = app.server.cpu()?;
        let load = load::load(app.server.address(), self.path, &app.cookies, CONNECTIONS, 1)?;
        let took = app.server.cpu()?.saturating_sub(before);
        self.cpu_us.push(took.as_secs_f64() * 1e6 / load.requests);
        self.per_second.push(load.per_second);
        for (all, latency) in self.latency_us.iter_mut().zip(load.latency_us) {
            all.push(latency);
        }
        Ok(())
    }

    /// Describes the handler.
    fn does(&self) -> &'static str {
        match self.path {
            "/none" => "not looked at",
            "/read" => "read",
            "/change" => "changed",
            _ => "no session",
        }
    }

    fn name(&self, apps: &[App]) -> String {
        match apps[self.app].paths {
            [_] => apps[self.app].name.to_owned(),
            _ => format!("{}, {}", apps[self.app].name, self.does()),
        }
    }

    fn cpu(&self) -> f64 {
        quickest(&self.cpu_us)
    }
}

/// Makes the figures of the cases, each with the session's part of the request if that has a
/// target.
fn tell(apps: &[App], cases: &[Case], effort: Effort) -> Result<Vec<Figure>, Box<dyn Error>> {
    let mut figures = Vec::new();
    let group = format!("processor time a request, {LOGIN_BYTES} B");
    for case in cases {
        figures.push(Figure::new(&group, case.name(apps), case.cpu(), "us"));
    }
    figures.extend(added(cases, apps));
    figures.extend(alone(effort)?);
    for case in cases {
        figures.push(Figure::new(
            "requests a second",
            case.name(apps),
            median(case.per_second.clone()),
            "/s",
        ));
    }
    for (percentile, index) in [("p50", 0), ("p99", 1), ("p99.9", 2)] {
        let group = format!("latency of {CONNECTIONS} at once, {percentile}");
        for case in cases {
            let latency = median(case.latency_us[index].clone());
            figures.push(Figure::new(&group, case.name(apps), latency, "us"));
        }
    }
    Ok(figures)
}

/// Computes the cost of sessions, compared with a route of the same process that has no session
/// layer but receives the same cookie. Puts it next to the cost of seals.
fn added(cases: &[Case], apps: &[App]) -> Vec<Figure> {
    let cpu = |name: &str, path: &str| {
        let case = cases.iter().find(|case| apps[case.app].name == name && case.path == path);
        case.map_or(f64::NAN, Case::cpu)
    };
    let more = |name: &str, path: &str| cpu(name, path) - cpu(name, BARE);
    let mut figures = Vec::new();
    for (framework, peers) in [
        ("axum", &["axum + axum-extra private cookies", "axum + tower-sessions, in memory"] as &[_]),
        ("actix-web", &["actix-web + actix-session, cookie"]),
    ] {
        let group = format!("processor time that sessions add to {framework}");
        for (path, does, seals) in [
            ("/none", "not looked at", None),
            ("/read", "read", Some("an unseal by hand in axum")),
            ("/change", "changed", Some("an unseal and a seal by hand in axum")),
        ] {
            let ours = more(&format!("{framework} + ours"), path);
            let figure = Figure::new(&group, format!("ours, {does}"), ours, "us");
            figures.push(match seals {
                None => figure,
                Some(seals) => figure.compared(ours / more(BY_HAND, path), seals).at_most(ADDED),
            });
            for peer in peers {
                let (_, name) = peer.split_once("+ ").unwrap_or(("", peer));
                let theirs = more(peer, path);
                let figure = Figure::new(&group, format!("{name}, {does}"), theirs, "us");
                figures.push(match seals {
                    None => figure,
                    Some(_) => figure.compared(theirs / ours, "ours").at_least(1.0),
                });
            }
        }
    }
    figures
}

/// Measures the same seals in a loop, where everything they need stays in the processor's
/// caches.
fn alone(effort: Effort) -> Result<Vec<Figure>, Box<dyn Error>> {
    let shop = samples::shop(LOGIN_BYTES);
    let sealer = Sealer::new(samples::passwords());
    let seal = sealer.seal(&shop)?;
    let mut race = Race::new();
    race.case("seal", || sealer.seal(black_box(&shop)).map(drop));
    race.case("unseal", || sealer.unseal::<Shop>(black_box(&seal)).map(drop));
    let times = race.run(effort);
    let group = format!("seals in a loop, {LOGIN_BYTES} B");
    let figures = ["seal", "unseal"].map(|name| Figure::new(&group, name, times.ns(name) / 1e3, "us"));
    Ok(figures.into())
}
