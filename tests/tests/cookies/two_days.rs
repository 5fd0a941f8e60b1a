//! The diagram of two days in the chapter about timeouts. The real library plays the visits.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use iron_session::session::RequestSession;
use iron_session::{Session, Untyped};
use iron_session_tests::fixtures::{clock, options};
use iron_session_tests::jar::Jar;

const WIDTH: u64 = 760;
const MARGIN: u64 = 20;
const HOURS: u64 = 48;

/// The minutes at which the user visits: on the first day every ten minutes from nine to seven; on
/// the second day with a long break at noon. In the evening a page is left open that polls.
fn visits() -> Vec<(u64, bool)> {
    let day = 24 * 60;
    let mut visits = Vec::new();
    let hours = |from: u64, until: u64| (from * 60..until * 60).step_by(10);
    visits.extend(hours(9, 19).map(|minute| (minute, true)));
    visits.extend(hours(19, 21).map(|minute| (minute, false)));
    visits.extend(hours(9, 12).chain(hours(14, 19)).map(|minute| (day + minute, true)));
    visits.extend(hours(19, 21).map(|minute| (day + minute, false)));
    visits
}

/// The center of a minute in the drawing.
fn x(minute: u64) -> String {
    let tenths = MARGIN * 10 + minute * (WIDTH - 2 * MARGIN) * 10 / (HOURS * 60);
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn draw() -> String {
    let clock = clock();
    let settings = options(&clock).idle_timeout(Duration::from_secs(3600));
    let options = settings.absolute_timeout(Duration::from_secs(8 * 3600)).build().unwrap();
    let mut jar = Jar::new("shop.example", &clock);
    let mut shapes = String::new();
    // When the session was signed in, and when its cookie leaves the browser.
    let mut life: Option<(u64, u64)> = None;
    let mut lives = Vec::new();
    let mut last = 0;
    for (minute, is_activity) in visits() {
        clock.advance(Duration::from_secs((minute - last) * 60));
        last = minute;
        let request = RequestSession::<Untyped>::new(options.check().unwrap());
        let mut session: Session<Untyped> = request.handle([jar.header("/").unwrap_or_default()]).unwrap();
        let is_signed_in = session.get::<String>("user").is_some();
        if !is_signed_in {
            lives.extend(life.take());
        }
        if is_activity && !is_signed_in {
            session.restart();
            session.insert("user", "ada").unwrap();
        } else if !is_activity {
            request.disable_refresh();
        }
        drop(session);
        let set_cookies = request.commit(200).set_cookies;
        jar.store_all(set_cookies.iter().map(String::as_str));
        let (class, y) = if is_activity { ("visit", 90) } else { ("poll", 110) };
        let _ = writeln!(shapes, "<circle class=\"{class}\" cx=\"{}\" cy=\"{y}\" r=\"2.5\"/>", x(minute));
        for line in set_cookies {
            let seconds = iron_session_tests::message::SetCookie::parse(&line).max_age().unwrap();
            life = Some((life.map_or(minute, |(from, _)| from), minute + seconds / 60));
            let class = if is_signed_in { "write" } else { "sign-in" };
            let _ = writeln!(shapes, "<path class=\"{class}\" d=\"M{} 122v16\"/>", x(minute));
        }
    }
    lives.extend(life);
    let mut body = String::new();
    for hour in (0..=HOURS).step_by(6) {
        let _ = writeln!(
            body,
            "<path class=\"grid\" d=\"M{at} 46V142\"/><text x=\"{at}\" y=\"160\" text-anchor=\"middle\">{:02}:00</text>",
            hour % 24,
            at = x(hour * 60),
        );
    }
    for (from, until) in lives {
        let _ = writeln!(body, "<path class=\"life\" d=\"M{} 65H{}\"/>", x(from), x(until));
    }
    let legend = "<text x=\"20\" y=\"182\">bar: signed in · filled dots: visits · empty dots: polling</text>\n\
                  <text x=\"20\" y=\"200\">marks: the response writes the cookie, in bold when the user signs in</text>";
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} 210\" role=\"img\">\
         <title>Two days with an idle timeout of one hour and an absolute timeout of eight hours</title>\n\
         <style>text{{font:13px system-ui,sans-serif;fill:#333}}.title{{font-weight:600;font-size:15px}}\
         .visit{{fill:#64748b}}.poll{{fill:none;stroke:#64748b}}.write{{stroke:#c2410c;stroke-width:1.5}}\
         .sign-in{{stroke:#c2410c;stroke-width:4}}.life{{stroke:#fb923c;stroke-width:14}}\
         .grid{{stroke:#94a3b8;stroke-opacity:.35}}\
         @media(prefers-color-scheme:dark){{text{{fill:#ddd}}.visit{{fill:#94a3b8}}.poll{{stroke:#94a3b8}}\
         .write,.sign-in{{stroke:#fb923c}}.life{{stroke:#c2410c}}}}</style>\n\
         <text class=\"title\" x=\"20\" y=\"24\">Two days: idle timeout of one hour, absolute timeout of eight hours</text>\n\
         {body}{shapes}{legend}\n</svg>\n"
    )
}

/// `IRON_SESSION_DIAGRAM=overwrite` writes it.
#[test]
fn the_diagram_in_the_book_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../book/src/timeouts/two-days.svg");
    let drawn = draw();
    if std::env::var_os("IRON_SESSION_DIAGRAM").is_some_and(|value| value == "overwrite") {
        std::fs::write(&path, &drawn).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(committed == drawn, "set IRON_SESSION_DIAGRAM=overwrite to draw it again");
}
