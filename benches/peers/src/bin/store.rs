//! Compares a session in the cookie with one in Redis: processor time, latency and bytes, by
//! the size of the session.
//!
//! ```text
//! cargo build --release --manifest-path benches/peers/Cargo.toml
//! cargo run --release --manifest-path benches/peers/Cargo.toml --bin store -- [--quick] [--json FILE]
//! ```
//!
//! Redis is a real server on the loopback, and once more behind a proxy that adds half a
//! millisecond to each round trip, as another machine in the same data centre does. Its
//! processor time counts too, because somebody pays for it.

use std::error::Error;
use std::time::Duration;

use benches::figures::{self, Figure};
use benches::measure::{Effort, median, quickest};
use peers::delay::Delay;
use peers::server::{self, Server};
use peers::{client, load};

const DISTANCE: Duration = Duration::from_micros(500);

/// Bytes of JSON; four cookies hold the last size.
const SIZES: [usize; 6] = [300, 1000, 2000, 4000, 8000, 11_500];
const FEW_SIZES: [usize; 3] = [300, 4000, 11_500];

const PATHS: [(&str, &str); 2] = [("/read", "read"), ("/change", "changed")];

/// A place where a session can be stored.
struct Place {
    name: &'static str,
    server: Server,
    /// Whether to report its processor time; `false` if that is the same as in another
    /// place.
    cpu: bool,
}

/// The figures of one path of one place, with one size of session.
struct Case {
    place: usize,
    path: &'static str,
    bytes: usize,
    cookies: String,
    cpu_us: Vec<f64>,
    alone_us: Vec<f64>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let (rounds, sizes) = match Effort::from_args() {
        Effort::Quick => (1, &FEW_SIZES[..]),
        Effort::Full => (7, &SIZES[..]),
    };
    let redis = server::redis()?;
    let delay = Delay::start(redis.address(), DISTANCE)?;
    let with_redis = |address: std::net::SocketAddr| {
        Server::start_with("axum + redis", &[("REDIS_ADDRESS", &address.to_string())])
    };
    let places = [
        Place { name: "cookie", server: Server::start("axum + ours, up to four cookies")?, cpu: true },
        Place { name: "redis", server: with_redis(redis.address())?, cpu: true },
        Place { name: "redis + 0.5 ms", server: with_redis(delay.address())?, cpu: false },
    ];

    let mut cases = Vec::new();
    for &bytes in sizes {
        for (place, Place { server, .. }) in places.iter().enumerate() {
            let cookies = client::get(server.address(), &format!("/login/{bytes}"), "")?.cookies;
            cases.extend(PATHS.map(|(path, _)| Case::new(place, path, bytes, cookies.clone())));
        }
    }
    for _ in 0..rounds {
        for case in &mut cases {
            case.run(&places[case.place], &redis)?;
        }
    }
    let mut figures = bytes(&cases, &places, &delay)?;
    figures.extend(tell(&cases, &places, sizes));
    Ok(figures::publish(&figures)?)
}

impl Case {
    fn new(place: usize, path: &'static str, bytes: usize, cookies: String) -> Self {
        Self { place, path, bytes, cookies, cpu_us: Vec::new(), alone_us: Vec::new() }
    }

    fn run(&mut self, place: &Place, redis: &Server) -> Result<(), Box<dyn Error>> {
        let load = |connections| load::load(place.server.address(), self.path, &self.cookies, connections, 1);
        if place.cpu {
            let before = place.server.cpu()? + redis.cpu()?;
            let many = load(16)?;
            let took = (place.server.cpu()? + redis.cpu()?).saturating_sub(before);
            self.cpu_us.push(took.as_secs_f64() * 1e6 / many.requests);
        }
        self.alone_us.push(load(1)?.latency_us[0]);
        Ok(())
    }

    /// Neighbours on the same processor only ever add to it.
    fn cpu(&self) -> f64 {
        quickest(&self.cpu_us)
    }

    fn latency(&self) -> f64 {
        median(self.alone_us.clone())
    }
}

/// Counts the bytes of one request: to and from the browser, and between the server and its
/// store.
fn bytes(cases: &[Case], places: &[Place], delay: &Delay) -> Result<Vec<Figure>, Box<dyn Error>> {
    let (mut browser, mut store) = (Vec::new(), Vec::new());
    for (path, does) in PATHS {
        for case in cases.iter().filter(|case| case.path == path && places[case.place].name != "redis") {
            let place = &places[case.place];
            let before = delay.bytes();
            let exchange = client::get(place.server.address(), path, &case.cookies)?;
            let name =
                format!("{}, {does}, {} B", place.name.split(' ').next().unwrap_or_default(), case.bytes);
            browser.push(figure(
                "bytes between browser and server",
                &name,
                exchange.sent + exchange.received,
            ));
            if place.name != "cookie" {
                store.push(figure("bytes between server and store", &name, delay.bytes() - before));
            }
        }
    }
    browser.append(&mut store);
    Ok(browser)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn figure(group: &str, name: &str, bytes: usize) -> Figure {
    Figure::new(group, name, bytes as f64, "bytes")
}

fn tell(cases: &[Case], places: &[Place], sizes: &[usize]) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (path, does) in PATHS {
        let of = |place: &str, bytes, value: fn(&Case) -> f64| {
            let case = cases
                .iter()
                .find(|case| case.path == path && case.bytes == bytes && places[case.place].name == place);
            case.map_or(f64::NAN, value)
        };
        let group = format!("processor time a request, the store's included, session {does}");
        for &bytes in sizes {
            let [cookie, redis] = ["cookie", "redis"].map(|place| of(place, bytes, Case::cpu));
            figures.push(Figure::new(&group, format!("cookie, {bytes} B"), cookie, "us"));
            figures.push(
                Figure::new(&group, format!("redis, {bytes} B"), redis, "us")
                    .compared(redis / cookie, "cookie"),
            );
        }
        let group = format!("latency of a request alone, session {does}");
        for &bytes in sizes {
            let cookie = of("cookie", bytes, Case::latency);
            figures.push(Figure::new(&group, format!("cookie, {bytes} B"), cookie, "us"));
            for place in ["redis", "redis + 0.5 ms"] {
                let took = of(place, bytes, Case::latency);
                let figure = Figure::new(&group, format!("{place}, {bytes} B"), took, "us");
                figures.push(figure.compared(took / cookie, "cookie"));
            }
        }
    }
    figures
}
