//! A sample of the orders that `concurrency.rs` plays against a model, played in Chromium: what the
//! model takes for granted is what a browser does.
//!
//! The page sends requests and the server holds their responses back, until they are to arrive. Each
//! request must carry what the model's jar holds at that moment, and what the browser has in the end
//! must be the session of the response that arrived last.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use axum::extract::Path;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::AppendHeaders;
use axum::routing::post;
use axum::{Json, Router};
use iron_session::session::RequestSession;
use iron_session::{SessionOptions, Untyped};
use iron_session_tests::fixtures::{clock, options};
use iron_session_tests::{Jar, page};
use serde_json::{Value, json};

/// Bytes of a member that make a session of one, two, three and four cookies.
const SIZES: [usize; 4] = [10, 4000, 6500, 10_000];

/// What a request does, by the number of cookies that it writes; 0 destroys.
type Act = usize;

#[derive(Clone, Copy)]
enum Step {
    Send(usize),
    Arrive(usize),
}

/// An order of up to four requests' steps, and what each request does.
struct Order {
    steps: Vec<Step>,
    acts: Vec<Act>,
}

/// Lists every order of two requests, with every act.
fn of_two() -> Vec<Order> {
    use Step::{Arrive, Send};
    let steps = [
        [Send(0), Arrive(0), Send(1), Arrive(1)],
        [Send(0), Send(1), Arrive(0), Arrive(1)],
        [Send(0), Send(1), Arrive(1), Arrive(0)],
    ];
    let acts = (0..25).map(|acts| vec![acts / 5, acts % 5]);
    acts.flat_map(|acts| steps.map(|steps| Order { steps: steps.to_vec(), acts: acts.clone() })).collect()
}

/// Draws orders of three and four requests.
fn of_more(count: usize) -> Vec<Order> {
    // A linear congruential generator: nothing here needs more than variety.
    let mut state: u32 = 1;
    let mut below = |end: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as usize % end
    };
    let mut draw = |requests: usize| {
        let (mut steps, mut under_way, mut sent) = (Vec::new(), Vec::new(), 0);
        while steps.len() < 2 * requests {
            if sent < requests && (under_way.is_empty() || below(2) == 0) {
                under_way.push(sent);
                steps.push(Step::Send(sent));
                sent += 1;
            } else {
                steps.push(Step::Arrive(under_way.remove(below(under_way.len()))));
            }
        }
        Order { steps, acts: (0..requests).map(|_| below(5)).collect() }
    };
    (0..count).map(|index| draw(3 + index % 2)).collect()
}

/// What the server knows of the order that is played.
struct Stage {
    options: SessionOptions,
    orders: std::vec::IntoIter<Order>,
    acts: Vec<Act>,
    /// What the browser is to have.
    jar: Jar,
    /// The session of the response that arrived last, as JSON.
    session: String,
    received: BTreeSet<usize>,
    released: BTreeSet<usize>,
    played: usize,
    carried: usize,
}

impl Stage {
    fn new(orders: Vec<Order>) -> Self {
        Self {
            options: options(&clock()).max_cookies(4).build().unwrap(),
            orders: orders.into_iter(),
            acts: Vec::new(),
            jar: Jar::new("127.0.0.1", &clock()),
            session: "{}".to_owned(),
            received: BTreeSet::new(),
            released: BTreeSet::new(),
            played: 0,
            carried: 0,
        }
    }

    /// Checks what the browser has at the end of an order, and begins the next with it.
    fn order(&mut self, header: &str) -> Value {
        self.check(header);
        let served = RequestSession::<Untyped>::new(self.options.check().unwrap());
        let read = served.handle([header]).unwrap().to_json();
        assert!(read == self.session, "not the session of the response that arrived last: {read}");
        let Some(order) = self.orders.next() else { return Value::Null };
        self.acts = order.acts;
        self.received.clear();
        self.released.clear();
        self.played += 1;
        let steps = order.steps.into_iter().map(|step| match step {
            Step::Send(request) => json!({ "send": request }),
            Step::Arrive(request) => json!({ "arrive": request }),
        });
        steps.collect()
    }

    /// Makes the response to a request: the lines, and the session that they hold.
    fn act(&mut self, header: &str, request: usize) -> (Vec<String>, String) {
        self.check(header);
        let served = RequestSession::<Untyped>::new(self.options.check().unwrap());
        let mut session = served.handle([header]).unwrap();
        match self.acts[request] {
            0 => session.destroy(),
            cookies => {
                session.insert("by", &(self.played, request)).unwrap();
                session.insert("fill", &"x".repeat(SIZES[cookies - 1])).unwrap();
            }
        }
        let written = if self.acts[request] == 0 { "{}".to_owned() } else { session.to_json() };
        drop(session);
        (served.commit(200).set_cookies, written)
    }

    fn check(&mut self, header: &str) {
        let expected = self.jar.header("/").unwrap_or_default();
        assert_eq!(pairs(header), pairs(&expected), "what the browser sends");
        self.carried += 1;
    }
}

/// The cookies of a header, in any order.
fn pairs(header: &str) -> BTreeSet<&str> {
    header.split("; ").collect()
}

fn cookies(headers: &HeaderMap) -> String {
    headers.get(COOKIE).map_or("", |header| header.to_str().unwrap()).to_owned()
}

fn set_cookies(lines: Vec<String>) -> AppendHeaders<Vec<(HeaderName, String)>> {
    AppendHeaders(lines.into_iter().map(|line| (SET_COOKIE, line)).collect())
}

/// A [`Stage`] that requests wait at.
#[derive(Clone)]
struct Shared(Arc<(Mutex<Stage>, Condvar)>);

impl Shared {
    /// Does something with the stage on a thread that may wait.
    async fn with<R: Send + 'static>(&self, act: impl FnOnce(&Self) -> R + Send + 'static) -> R {
        let shared = self.clone();
        tokio::task::spawn_blocking(move || act(&shared)).await.unwrap()
    }

    fn now<R>(&self, act: impl FnOnce(&mut Stage) -> R) -> R {
        let result = act(&mut self.0.0.lock().unwrap());
        self.0.1.notify_all();
        result
    }

    fn once<R>(&self, is_time: impl Fn(&Stage) -> bool, act: impl FnOnce(&mut Stage) -> R) -> R {
        let (stage, changed) = &*self.0;
        let (mut stage, waited) = changed
            .wait_timeout_while(stage.lock().unwrap(), Duration::from_secs(30), |stage| !is_time(stage))
            .unwrap();
        assert!(!waited.timed_out(), "the page goes on");
        act(&mut stage)
    }
}

#[test]
fn a_sample_of_the_model_in_a_browser() {
    let orders: Vec<_> = of_two().into_iter().chain(of_more(75)).collect();
    let count = orders.len();
    let shared = Shared(Arc::new((Mutex::new(Stage::new(orders)), Condvar::new())));

    let order = {
        let shared = shared.clone();
        async move |headers: HeaderMap| {
            let header = cookies(&headers);
            Json(shared.with(move |shared| shared.now(|stage| stage.order(&header))).await)
        }
    };
    let act = {
        let shared = shared.clone();
        async move |Path(request): Path<usize>, headers: HeaderMap| {
            let header = cookies(&headers);
            let lines = shared.with(move |shared| {
                let (lines, session) = shared.now(|stage| {
                    let response = stage.act(&header, request);
                    stage.received.insert(request);
                    response
                });
                shared.once(
                    |stage| stage.released.contains(&request),
                    |stage| {
                        stage.jar.store_all(lines.iter().map(String::as_str));
                        stage.session = session;
                    },
                );
                lines
            });
            set_cookies(lines.await)
        }
    };
    let received = {
        let shared = shared.clone();
        async move |Path(request): Path<usize>| {
            shared.with(move |shared| shared.once(|stage| stage.received.contains(&request), |_| ())).await;
        }
    };
    let release = {
        let shared = shared.clone();
        async move |Path(request): Path<usize>| {
            shared.now(|stage| stage.released.insert(request));
        }
    };
    let routes = Router::new()
        .route("/order", post(order))
        .route("/act/{request}", post(act))
        .route("/received/{request}", post(received))
        .route("/release/{request}", post(release));
    page::visit(include_str!("../../node/browser/pages/races.html"), routes);

    shared.now(|stage| {
        println!("{} orders, {} requests with the cookies of their moment", stage.played, stage.carried);
        assert_eq!(stage.played, count, "every order was played");
    });
}

/// The model's assumption: no request leaves between two lines of one response.
#[test]
fn a_browser_takes_the_lines_of_one_response_together() {
    let (written, seen) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(BTreeSet::new())));
    let write = async move || {
        let generation = written.fetch_add(1, Ordering::Relaxed);
        let line = |chunk| format!("sid.{chunk}={generation}-{}; Path=/; Secure", "x".repeat(3500));
        set_cookies((0..4).map(line).collect())
    };
    let read = {
        let seen = Arc::clone(&seen);
        async move |headers: HeaderMap| {
            let header = cookies(&headers);
            let generation = |pair: &str| pair.split(['=', '-']).nth(1).map(str::to_owned);
            let generations: BTreeSet<_> = header.split("; ").filter_map(generation).collect();
            seen.lock().unwrap().extend(generations.clone());
            if generations.len() == 1 && header.matches("sid.").count() == 4 {
                (StatusCode::OK, String::new())
            } else {
                (StatusCode::CONFLICT, format!("a mixture of {generations:?}"))
            }
        }
    };
    let routes = Router::new().route("/write", post(write)).route("/read", post(read));
    page::visit(include_str!("../../node/browser/pages/crowd.html"), routes);
    let seen = seen.lock().unwrap().len();
    println!("{seen} responses' cookies were seen, and no mixture");
    assert!(seen > 20, "{seen}");
}
