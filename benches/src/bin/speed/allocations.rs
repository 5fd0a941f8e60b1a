//! Counts allocations.

use std::hint::black_box;

use allocation_counter::measure as count;
use benches::figures::Figure;
use benches::measure::Effort;
use benches::samples::{self, COOKIE, LOGIN_BYTES, Shop, passwords};
use iron_session::session::RequestSession;
use iron_session::{__vectors, Sealer, SessionOptions};

pub(crate) fn measure(_: Effort) -> Vec<Figure> {
    let sealer = &Sealer::new(passwords());
    let session = &samples::shop(LOGIN_BYTES);
    let json = &samples::json(session);
    let seal = &sealer.seal(session).expect("a seal");
    let number = &sealer.seal(&[1, 2, 3]).expect("a seal");
    let options = &SessionOptions::builder(COOKIE, passwords())
        .build()
        .expect("sound options")
        .check()
        .expect("a fitting budget");
    let header = &format!("{COOKIE}={seal}");
    let request = |touch: fn(&mut iron_session::Session<Shop>)| {
        let request = RequestSession::<Shop>::new(options.clone());
        let mut session = request.handle([header.as_str()]).expect("a handle");
        touch(&mut session);
        drop(session);
        drop(black_box(request.commit(200)));
    };

    let own = allocations(|| drop(black_box(serde_json::from_str::<Shop>(json))));
    let figure = |name: &str, count: f64| Figure::new("allocations", name, count, "count");
    vec![
        figure("seal", allocations(|| drop(black_box(sealer.seal(session))))).at_most(1.0),
        figure("unseal three numbers", allocations(|| drop(black_box(sealer.unseal::<[u8; 3]>(number)))))
            .at_most(0.0),
        figure("the session's own", own),
        figure("unseal the session", allocations(|| drop(black_box(sealer.unseal::<Shop>(seal)))))
            .at_most(own),
        figure("unseal into members too", allocations(|| drop(__vectors::load::<Shop>(sealer, seal)))),
        figure(
            "request, untouched",
            allocations(|| drop(RequestSession::<Shop>::new(options.clone()).commit(200))),
        ),
        figure("request, read", allocations(|| request(|session| _ = black_box(session.visits())))),
        figure("request, changed", allocations(|| request(|session| *session.visits_mut() += 1))),
    ]
}

/// Counts the allocations of a call, once the thread has its reusable memory.
fn allocations(mut call: impl FnMut()) -> f64 {
    call();
    let count = count(&mut call).count_total;
    f64::from(u32::try_from(count).expect("a few"))
}
