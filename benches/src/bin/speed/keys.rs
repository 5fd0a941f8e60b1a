//! What passwords cost: raw keys beside a text, and two of them beside sixty-four.

use benches::figures::Figure;
use benches::measure::{Effort, Race};
use benches::samples::{self, LOGIN_BYTES, PASSWORD, passwords};
use iron_session::{__vectors, Passwords, Randomness, Sealer};

const GROUP: &str = "keys";

pub(crate) fn measure(effort: Effort) -> Vec<Figure> {
    let session = &samples::shop(LOGIN_BYTES);
    let sealer = |passwords| Sealer::new(passwords).randomness(Randomness::Thread);
    let sealed = |sealer: &Sealer| sealer.seal(session).expect("a seal");
    let (text, raw) = (sealer(passwords()), sealer(Passwords::lone_key([7; 32])));
    let (two, many) = (sealer(ring(2)), sealer(ring(64)));
    let [text_seal, raw_seal, two_seal, many_seal] = [&text, &raw, &two, &many].map(sealed);
    let open = |sealer: &Sealer, seal: &str| __vectors::open(sealer, seal).expect("a seal that opens");

    let mut race = Race::new();
    race.case("seal", || sealed(&text))
        .case("seal, raw key", || sealed(&raw))
        .case("seal, 2 passwords", || sealed(&two))
        .case("seal, 64 passwords", || sealed(&many))
        .case("unseal", || open(&text, &text_seal))
        .case("unseal, raw key", || open(&raw, &raw_seal))
        .case("unseal, 2 passwords", || open(&two, &two_seal))
        .case("unseal, 64 passwords", || open(&many, &many_seal));
    let times = race.run(effort);
    let figure = |name: &str, to: &str| {
        Figure::new(GROUP, name, times.ns(name) / 1000.0, "us").compared(times.ratio(name, to), to)
    };
    vec![
        figure("seal, raw key", "seal"),
        figure("unseal, raw key", "unseal"),
        // "No measurable change": as much as two runs of the same differ.
        figure("seal, 64 passwords", "seal, 2 passwords").at_most(1.05),
        figure("unseal, 64 passwords", "unseal, 2 passwords").at_most(1.05),
    ]
}

fn ring(len: usize) -> Passwords {
    let add = |ring: iron_session::seal::PasswordsBuilder, id: usize| {
        ring.password(id.to_string(), format!("{PASSWORD}{id}"))
    };
    (1..=len).fold(Passwords::builder(), add).build().expect("sound passwords")
}
