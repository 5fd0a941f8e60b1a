//! Measures the cost of passwords: raw keys compared with a text, and two passwords compared
//! with sixty-four.

use benches::figures::Figure;
use benches::measure::{Effort, Race};
use benches::samples::{self, LOGIN_BYTES, PASSWORD, passwords};
use iron_session::{__vectors, Passwords, Randomness, Sealer};

const GROUP: &str = "keys";

pub(crate) fn measure(effort: Effort) -> Vec<Figure> {
    let session = &samples::shop(LOGIN_BYTES);
    let sealer = |passwords| Sealer::new(passwords).with_randomness(Randomness::Thread);
    let seal = |sealer: &Sealer| sealer.seal(session).expect("a seal");
    let (text, raw) = (sealer(passwords()), sealer(Passwords::from_raw_key([7; 32])));
    let (two, many) = (sealer(ring(2)), sealer(ring(64)));
    let [of_text, of_raw, of_two, of_many] = [&text, &raw, &two, &many].map(seal);
    let open = |sealer: &Sealer, token: &str| __vectors::open(sealer, token).expect("a seal that opens");

    let mut race = Race::new();
    race.case("seal", || seal(&text))
        .case("seal, raw key", || seal(&raw))
        .case("seal, 2 passwords", || seal(&two))
        .case("seal, 64 passwords", || seal(&many))
        .case("unseal", || open(&text, &of_text))
        .case("unseal, raw key", || open(&raw, &of_raw))
        .case("unseal, 2 passwords", || open(&two, &of_two))
        .case("unseal, 64 passwords", || open(&many, &of_many));
    let times = race.run(effort);
    let figure = |name: &str, to: &str| {
        Figure::new(GROUP, name, times.ns(name) / 1000.0, "us").compared(times.ratio(name, to), to)
    };
    vec![
        figure("seal, raw key", "seal"),
        figure("unseal, raw key", "unseal"),
        // "No measurable change" means no more than the difference between two equal
        // runs.
        figure("seal, 64 passwords", "seal, 2 passwords").at_most(1.05),
        figure("unseal, 64 passwords", "unseal, 2 passwords").at_most(1.05),
    ]
}

fn ring(len: usize) -> Passwords {
    let add = |ring: iron_session::PasswordsBuilder, id: usize| {
        ring.password(id.to_string(), format!("{PASSWORD}{id}"))
    };
    (1..=len).fold(Passwords::builder(), add).build().expect("sound passwords")
}
