//! What a seal and a session cost beside the floor, serde and the peer: `cargo run --release -p benches --bin speed`.
//!
//! `--quick` for a first impression, `--json FILE` for the figures.

#![expect(clippy::expect_used, reason = "a measurement that can't be made has failed")]

use std::io;

use benches::figures::{Figure, publish};
use benches::floor::Floor;
use benches::measure::{Effort, Race, Times};
use benches::samples::{self, SIZES, Shop, passwords};
use cookie::{Cookie, CookieJar, Key};
use iron_session::{__vectors, Sealer};

fn main() -> io::Result<()> {
    let effort = Effort::from_args();
    let mut figures = Vec::new();
    for bytes in SIZES {
        of_size(bytes, effort, &mut figures);
    }
    publish(&figures)
}

fn of_size(bytes: usize, effort: Effort, figures: &mut Vec<Figure>) {
    let size = format!("{bytes} B");
    let sealer = Sealer::new(passwords());
    let session = &samples::shop(bytes);
    let json = samples::json(session);
    let seal = sealer.seal(session).expect("a session that can be sealed");
    // Without `*{mac_salt}*{mac}~2`.
    let floor = Floor::new(json.len(), seal.len() - 111);
    let (mut sealing, mut unsealing) = (floor.clone(), floor);
    let key = Key::from(&[7; 64]);
    let private = |session: &Shop| {
        let mut jar = CookieJar::new();
        jar.private_mut(&key).add(Cookie::new("session", samples::json(session)));
        jar.get("session").expect("the cookie just added").value().to_owned()
    };
    let mut jar = CookieJar::new();
    jar.add_original(Cookie::new("session", private(session)));

    let mut race = Race::new();
    race.case("seal floor", || sealing.seal())
        .case("seal", || sealer.seal(session).expect("a seal"))
        .case("seal PrivateJar", || private(session))
        .case("unseal floor", || unsealing.unseal())
        .case("unseal", || __vectors::open(&sealer, &seal).expect("a seal that opens"))
        .case("unseal session", || __vectors::load::<Shop>(&sealer, &seal).expect("a session"))
        .case("unseal PrivateJar", || {
            let cookie = jar.private(&key).get("session").expect("a cookie that opens");
            serde_json::from_str::<Shop>(cookie.value()).expect("a session")
        })
        .case("json serde", || serde_json::from_str::<Shop>(&json).expect("a session"));
    let times = race.run(effort);
    let mut note = |name: &str, to: &str, target: Option<f64>| {
        let figure = figure(&times, &size, name, to);
        figures.push(match target {
            Some(target) => figure.at_most(target),
            None => figure,
        });
    };
    let target = |of: [Option<f64>; 4]| {
        let index = SIZES.iter().position(|of| *of == bytes);
        index.and_then(|index| of.get(index).copied().flatten())
    };
    note("seal", "seal floor", target([None, Some(1.4), Some(1.3), Some(1.25)]));
    note("seal", "seal PrivateJar", Some(1.0));
    note("unseal", "unseal floor", target([None, Some(1.4), None, Some(1.2)]));
    note("unseal session", "unseal floor", target([None, Some(2.2), None, Some(3.0)]));
    note("unseal session", "unseal PrivateJar", Some(1.0));
    note("json serde", "unseal floor", None);
}

fn figure(times: &Times, size: &str, name: &str, to: &str) -> Figure {
    let figure = Figure::new(size, name, times.ns(name) / 1000.0, "us");
    figure.compared(times.ratio(name, to), to)
}
