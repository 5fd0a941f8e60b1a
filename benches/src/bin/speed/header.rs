//! Measures the cost of hostile headers.

use benches::figures::Figure;
use benches::measure::{Effort, Race};
use benches::samples::{self, COOKIE, Shop, passwords};
use iron_session::session::RequestSession;
use iron_session::{Passwords, Sealer, SessionOptions};

const GROUP: &str = "hostile header";

pub(crate) fn measure(effort: Effort) -> Vec<Figure> {
    let options = SessionOptions::builder(COOKIE, passwords())
        .build()
        .expect("sound options")
        .check()
        .expect("a fitting budget");
    let seal_with = |passwords| Sealer::new(passwords).seal(&samples::shop(300)).expect("a seal");
    let seal = seal_with(passwords());
    let forged = seal_with(Passwords::new("wTnSEkfCyLXmFBdRvJ9MQ8aHzN5GoVYu").expect("a strong password"));
    let headers = [
        ("a login of 300 B", format!("{COOKIE}={seal}")),
        ("5000 other cookies", "name=value; ".repeat(5000)),
        ("5000 forged seals", format!("{COOKIE}={forged}; ").repeat(5000)),
        ("10000 chunks", chunks(10_000)),
        ("1 MB in one cookie", format!("{COOKIE}={}", "x".repeat(1 << 20))),
        ("1 MB of other cookies", "a=b; ".repeat((1 << 20) / 5)),
        ("1 MB of the name", format!("{COOKIE}=x; ").repeat((1 << 20) / (COOKIE.len() + 4))),
    ];

    let mut race = Race::new();
    for (name, header) in &headers {
        let options = &options;
        race.case(*name, move || {
            let request = RequestSession::<Shop>::new(options.clone());
            let session = request.handle([header.as_str()]).expect("a handle");
            *session.visits()
        });
    }
    let times = race.run(effort);
    headers.iter().map(|(name, _)| Figure::new(GROUP, *name, times.ns(name) / 1000.0, "us")).collect()
}

fn chunks(count: u32) -> String {
    (0..count).map(|index| format!("{COOKIE}.{index}=x")).collect::<Vec<_>>().join("; ")
}
