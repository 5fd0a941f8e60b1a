//! Measures how the cost grows with the payload and with the number of fields.

use benches::figures::Figure;
use benches::measure::{Effort, Race};
use benches::samples::{self, COOKIE, Shop, passwords};
use iron_session::session::RequestSession;
use iron_session::{__vectors, IronSession, Randomness, Sealer, SessionOptions};

pub(crate) fn measure(effort: Effort) -> Vec<Figure> {
    let mut figures = payloads(effort);
    figures.extend(fields(effort));
    figures
}

const KB: [usize; 5] = [1, 2, 4, 7, 14];

/// Compares each size with the previous one. A linear cost grows no faster than the size.
fn payloads(effort: Effort) -> Vec<Figure> {
    let sealer = &Sealer::new(passwords()).with_randomness(Randomness::Thread);
    let sessions = KB.map(|kb| samples::shop(kb * 1000));
    let seals = sessions.each_ref().map(|session| sealer.seal(session).expect("a seal"));

    let mut race = Race::new();
    for ((kb, session), seal) in KB.iter().zip(&sessions).zip(&seals) {
        race.case(format!("seal, {kb} kB"), || sealer.seal(session).expect("a seal"));
        race.case(format!("unseal session, {kb} kB"), || __vectors::load::<Shop>(sealer, seal).expect("one"));
    }
    let times = race.run(effort);
    let of = |what: &str| -> Vec<Figure> {
        let name = |kb| format!("{what}, {kb} kB");
        KB.windows(2)
            .filter_map(|pair| match pair {
                [less, more] => {
                    let (less_name, more_name) = (name(*less), name(*more));
                    let us_per_kb = times.ns(&more_name) / 1000.0 / as_f64(*more);
                    Some(
                        Figure::new("payload", more_name.clone(), us_per_kb, "us/kB")
                            .compared(times.ratio(&more_name, &less_name), less_name)
                            .at_most((as_f64(*more) / as_f64(*less) * NOISE * 100.0).round() / 100.0),
                    )
                }
                _ => None,
            })
            .collect()
    };
    ["seal", "unseal session"].into_iter().flat_map(of).collect()
}

/// The allowed difference between two times of the same operation.
const NOISE: f64 = 1.1;

macro_rules! session {
    ($name:ident: $($field:ident)*) => {
        /// A session with many fields.
        #[derive(IronSession, Clone)]
        #[session(max_cookies = 4)]
        struct $name {
            $($field: Option<u64>),*
        }

        impl $name {
            fn full() -> Self {
                Self { $($field: Some(1_234_567)),* }
            }
        }
    };
}

session!(Five: f0 f1 f2 f3 f4);
session!(Twenty: f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19);
session!(Eighty: f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19
    f20 f21 f22 f23 f24 f25 f26 f27 f28 f29 f30 f31 f32 f33 f34 f35 f36 f37 f38 f39
    f40 f41 f42 f43 f44 f45 f46 f47 f48 f49 f50 f51 f52 f53 f54 f55 f56 f57 f58 f59
    f60 f61 f62 f63 f64 f65 f66 f67 f68 f69 f70 f71 f72 f73 f74 f75 f76 f77 f78 f79);

fn fields(effort: Effort) -> Vec<Figure> {
    let mut race = Race::new();
    cases(&mut race, 5, Five::full);
    cases(&mut race, 20, Twenty::full);
    cases(&mut race, 80, Eighty::full);
    let times = race.run(effort);
    let of = |what: &str| -> Vec<Figure> {
        [(5, 20), (20, 80)]
            .map(|(less, more)| {
                let (less, more) = (format!("{what}, {less} fields"), format!("{what}, {more} fields"));
                Figure::new("fields", more.clone(), times.ns(&more) / 1000.0, "us")
                    .compared(times.ratio(&more, &less), less)
                    .at_most(4.0 * NOISE)
            })
            .into()
    };
    ["write", "read"].into_iter().flat_map(of).collect()
}

/// Writes a session into a new cookie, and reads it.
fn cases<T: IronSession>(race: &mut Race<'_>, count: usize, full: fn() -> T) {
    let sealer = Sealer::new(passwords());
    let options = SessionOptions::builder(COOKIE, passwords()).randomness(Randomness::Thread);
    let options = options.build().expect("sound options").check().expect("a fitting budget");
    let write = move || {
        let request = RequestSession::<T>::new(options.clone());
        let mut session = request.handle([""; 0]).expect("a handle");
        *session = full();
        drop(session);
        request.commit(200)
    };
    let line = write().set_cookies.swap_remove(0);
    let seal = line.split(['=', ';']).nth(1).expect("a seal").to_owned();
    race.case(format!("write, {count} fields"), write);
    race.case(format!("read, {count} fields"), move || {
        __vectors::load::<T>(&sealer, &seal).expect("a session")
    });
}

fn as_f64(kb: usize) -> f64 {
    f64::from(u32::try_from(kb).expect("a few"))
}
