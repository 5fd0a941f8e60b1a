//! Measures sealing and unsealing at four sizes, compared with the floor, serde and the peer.

use benches::figures::Figure;
use benches::floor::Floor;
use benches::measure::{Effort, Race, Times};
use benches::samples::{self, SIZES, Shop, passwords};
use cookie::{Cookie, CookieJar, Key};
use iron_session::{__vectors, Randomness, Sealer};

pub(crate) fn measure(effort: Effort) -> Vec<Figure> {
    SIZES.into_iter().flat_map(|bytes| of_size(bytes, effort)).collect()
}

/// The targets for each of [`SIZES`].
type Targets = [Option<f64>; SIZES.len()];

const ANY: Targets = [None; SIZES.len()];
const NO_SLOWER: Targets = [Some(1.0); SIZES.len()];

fn of_size(bytes: usize, effort: Effort) -> Vec<Figure> {
    let sealer = Sealer::new(passwords());
    let userspace = sealer.clone().with_randomness(Randomness::Thread);
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
        .case("seal", || userspace.seal(session).expect("a seal"))
        .case("seal, system's randomness", || sealer.seal(session).expect("a seal"))
        .case("seal PrivateJar", || private(session))
        .case("json to_string", || serde_json::to_string(session).expect("JSON"))
        .case("unseal floor", || unsealing.unseal())
        .case("unseal", || __vectors::open(&sealer, &seal).expect("a seal that opens"))
        .case("unseal session", || __vectors::load::<Shop>(&sealer, &seal).expect("a session"))
        .case("unseal PrivateJar", || {
            let cookie = jar.private(&key).get("session").expect("a cookie that opens");
            serde_json::from_str::<Shop>(cookie.value()).expect("a session")
        })
        .case("json from_str", || serde_json::from_str::<Shop>(&json).expect("a session"));
    let times = race.run(effort);
    let figure = |name: &str, to: &str, targets: Targets| {
        let target = SIZES.into_iter().zip(targets).find_map(|(of, target)| target.filter(|_| of == bytes));
        figure(&times, bytes, name, to, target)
    };
    vec![
        figure("seal", "seal floor", [None, Some(1.4), Some(1.3), Some(1.25)]),
        figure("seal, system's randomness", "seal floor", [None, Some(2.1), None, None]),
        figure("seal", "seal PrivateJar", NO_SLOWER),
        figure("json to_string", "seal floor", ANY),
        figure("unseal", "unseal floor", [None, Some(1.4), None, Some(1.2)]),
        figure("unseal session", "unseal floor", [None, Some(2.2), None, Some(3.0)]),
        figure("unseal session", "unseal PrivateJar", NO_SLOWER),
        figure("json from_str", "unseal floor", ANY),
    ]
}

fn figure(times: &Times, bytes: usize, name: &str, to: &str, target: Option<f64>) -> Figure {
    let figure = Figure::new(&format!("{bytes} B"), name, times.ns(name) / 1000.0, "us");
    let figure = figure.compared(times.ratio(name, to), to);
    match target {
        Some(target) => figure.at_most(target),
        None => figure,
    }
}
