//! Measures the cost of a request with a session, without a framework, compared with its seals.

use std::hint::black_box;

use benches::figures::Figure;
use benches::measure::{Effort, Race};
use benches::samples::{self, COOKIE, Shop, passwords};
use iron_session::session::RequestSession;
use iron_session::{__vectors, Randomness, Sealer, SessionOptions};

const GROUP: &str = "request";

pub(crate) fn measure(effort: Effort) -> Vec<Figure> {
    [300, 2500].into_iter().flat_map(|bytes| of_size(bytes, effort)).collect()
}

fn of_size(bytes: usize, effort: Effort) -> Vec<Figure> {
    let sealer = Sealer::new(passwords()).with_randomness(Randomness::Thread);
    let options = SessionOptions::builder(COOKIE, passwords()).randomness(Randomness::Thread);
    let options = options.build().expect("sound options").check().expect("a fitting budget");
    let session = &samples::shop(bytes);
    let seal = &sealer.seal(session).expect("a seal");
    let header = &format!("theme=dark; {COOKIE}={seal}; lang=en");

    let names = ["untouched", "read", "changed"].map(|what| format!("{what}, {bytes} B"));
    let [untouched, read, changed] = &names;
    let mut race = Race::new();
    race.case(untouched, || RequestSession::<Shop>::new(options.clone()).commit(200))
        .case(read, || {
            let request = RequestSession::<Shop>::new(options.clone());
            let session = request.handle([header.as_str()]).expect("a handle");
            black_box(session.user_id());
            drop(session);
            request.commit(200)
        })
        .case(changed, || {
            let request = RequestSession::<Shop>::new(options.clone());
            let mut session = request.handle([header.as_str()]).expect("a handle");
            *session.visits_mut() += 1;
            drop(session);
            request.commit(200)
        })
        .case("unseal", || __vectors::load::<Shop>(&sealer, seal).expect("a session"))
        .case("unseal and seal", || {
            let session = __vectors::load::<Shop>(&sealer, seal).expect("a session");
            sealer.seal(&session).expect("a seal")
        });
    let times = race.run(effort);
    let figure = |name: &str| Figure::new(GROUP, name, times.ns(name) / 1000.0, "us");
    vec![
        figure(untouched),
        figure(read).compared(times.ratio(read, "unseal"), "unseal session").at_most(1.5),
        figure(changed)
            .compared(times.ratio(changed, "unseal and seal"), "unseal session and seal")
            .at_most(1.5),
    ]
}
