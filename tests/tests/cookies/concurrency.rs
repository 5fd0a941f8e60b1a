//! A model of parallel requests: whatever forms their responses write, and in
//! whatever order they arrive, the browser ends with exactly the state of the
//! response that arrived last.
//!
//! A request is sent with the cookies that the browser has at that moment; its
//! response arrives any time later. Every order in which up to four requests can
//! be sent and responded to is played, with every act for each request, from every
//! shape to begin with. Nothing is computed twice: the same cookies and the same
//! act make the same response, since the salts are known.
//!
//! One assumption: a browser takes the lines of one response together, so that no
//! request leaves between two of them. `races.rs` watches Chromium do so.

use std::collections::HashMap;

use iron_session::session::RequestSession;
use iron_session::{__vectors, SessionOptions, Untyped};
use iron_session_tests::fixtures::{ALL_NAMES, clock, known_salts, noise, options};
use iron_session_tests::log::Event;
use iron_session_tests::{Jar, Log};

/// Bytes of a member that make a session of one, two, three and four cookies.
const SIZES: [usize; 4] = [10, 4000, 6500, 10_000];

/// How many cookies they take when they may be compressed: whole, whole and compressed, compressed chunks.
const COMPRESSED: [usize; 4] = [1, 1, 2, 3];

/// What a server reads where there is no session.
const NOTHING: &str = "{}";

/// What a request does to the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Act {
    /// Writes one that takes so many cookies, when it is not compressed.
    Write {
        cookies: usize,
        until_close: bool,
    },
    Destroy,
}

impl Act {
    /// Writes in every shape.
    fn writes(max_cookies: usize) -> impl Iterator<Item = Self> {
        (1..=max_cookies).map(|cookies| Self::Write { cookies, until_close: false })
    }

    /// The same, for as long as the browser is open.
    fn writes_until_close(max_cookies: usize) -> impl Iterator<Item = Self> {
        (1..=max_cookies).map(|cookies| Self::Write { cookies, until_close: true })
    }
}

/// A response under way.
struct Response {
    lines: Vec<String>,
    /// The session that it writes, as JSON.
    session: String,
    until_close: bool,
}

impl Response {
    /// The server's response to a browser with these cookies.
    fn new(options: &SessionOptions, jar: &Jar, request: usize, act: Act) -> Self {
        let served = RequestSession::<Untyped>::new(options.check().unwrap());
        let header = jar.header("/");
        let mut session = served.handle(header.as_deref()).unwrap();
        let until_close = match act {
            Act::Write { cookies, until_close } => {
                session.insert("by", &request).unwrap();
                session.insert("fill", &noise(SIZES[cookies - 1])).unwrap();
                if until_close {
                    session.cookie().until_browser_closes();
                } else {
                    session.cookie().follow_options();
                }
                until_close
            }
            Act::Destroy => {
                session.destroy();
                false
            }
        };
        let written = if act == Act::Destroy { NOTHING.to_owned() } else { session.to_json() };
        drop(session);
        let commit = __vectors::commit(&served, 200, &known_salts());
        assert!(!commit.replace_response, "{act:?}");
        Self { lines: commit.set_cookies, session: written, until_close }
    }

    fn arrive(&self, jar: &mut Jar) {
        jar.store_all(self.lines.iter().map(String::as_str));
    }
}

/// Tells what a server reads from a browser with these cookies.
fn read(options: &SessionOptions, jar: &Jar) -> String {
    let served = RequestSession::<Untyped>::new(options.check().unwrap());
    let header = jar.header("/");
    served.handle(header.as_deref()).unwrap().to_json()
}

/// A jar, and what a server reads from it: now, and after the browser was closed.
struct Held {
    jar: Jar,
    session: String,
    lasting: String,
}

/// Numbers in [`Model::jars`] and [`Model::responses`].
type JarId = usize;
type ResponseId = usize;

enum Step {
    Begin(JarId),
    Send { request: usize, act: Act },
    Arrive { request: usize },
}

/// Plays every order.
struct Model {
    options: SessionOptions,
    max_cookies: usize,
    /// How many cookies a session of each of the [`SIZES`] takes.
    cookies: [usize; 4],
    /// How many requests there are, and what each may do.
    requests: usize,
    acts: Vec<Act>,
    jars: Vec<Held>,
    /// By the `Cookie` header, now and after the browser was closed.
    jar_ids: HashMap<[Option<String>; 2], JarId>,
    responses: Vec<Response>,
    response_ids: HashMap<(JarId, usize, Act), ResponseId>,
    arrivals: HashMap<(JarId, ResponseId), JarId>,
    /// What has happened, for the message of a failure.
    steps: Vec<Step>,
    /// How many orders were played to their end.
    orders: usize,
}

impl Model {
    fn new(max_cookies: usize, requests: usize, acts: impl IntoIterator<Item = Act>) -> Self {
        Self {
            options: options(&clock()).max_cookies(max_cookies).build().unwrap(),
            max_cookies,
            cookies: [1, 2, 3, 4],
            requests,
            acts: acts.into_iter().collect(),
            jars: Vec::new(),
            jar_ids: HashMap::new(),
            responses: Vec::new(),
            response_ids: HashMap::new(),
            arrivals: HashMap::new(),
            steps: Vec::new(),
            orders: 0,
        }
    }

    /// The same with sessions that are compressed where that spares a cookie.
    fn compressed(mut self) -> Self {
        let options = options(&clock()).max_cookies(self.max_cookies).compress(true);
        self.options = options.build().unwrap();
        self.cookies = COMPRESSED;
        self
    }

    /// Plays every order, from a browser without a session and with one of every
    /// shape: also of those that the options no longer allow.
    fn play_all(mut self) {
        let log = Log::capture();
        let any_shape = options(&clock()).max_cookies(4).build().unwrap();
        let mut starts = vec![Jar::new("shop.example", &clock())];
        for act in Act::writes(4).chain(Act::writes_until_close(4)) {
            let mut jar = starts[0].clone();
            Response::new(&any_shape, &jar, self.requests, act).arrive(&mut jar);
            starts.push(jar);
        }
        let beginnings = starts.len();
        for jar in starts {
            let jar = self.jar_id(jar);
            self.steps = vec![Step::Begin(jar)];
            self.play(jar, 0, &mut Vec::new());
        }
        // Each of the two options tells once that four cookies are much. And chunks without the
        // first may outlive the whole cookie that was written beside them: they could as well be
        // those of a session that was cut on its way.
        let is_expected = |event: &Event| {
            event.message.contains("logged once") || event.field("reason") == Some("missing_chunk")
        };
        let events = log.take();
        assert!(events.len() <= 4 && events.iter().all(is_expected), "{events:#?}");

        // Each of n requests is sent before its response arrives: (2n)! / 2ⁿ orders of
        // the steps, and n! of those differ only in the requests' numbers.
        let orders: usize = (1..=self.requests).map(|request| 2 * request - 1).product();
        let choices = self.acts.len().pow(u32::try_from(self.requests).unwrap());
        assert_eq!(self.orders, beginnings * orders * choices, "every order was played");
        println!(
            "{} requests: {} orders; {} different responses, arriving in {} ways at {} different jars",
            self.requests,
            self.orders,
            self.responses.len(),
            self.arrivals.len(),
            self.jars.len()
        );
    }

    /// Sends the next request, and lets each response under way arrive.
    fn play(&mut self, jar: JarId, sent: usize, under_way: &mut Vec<(usize, ResponseId)>) {
        if sent < self.requests {
            for act in 0..self.acts.len() {
                let act = self.acts[act];
                self.steps.push(Step::Send { request: sent, act });
                under_way.push((sent, self.response_id(jar, sent, act)));
                self.play(jar, sent + 1, under_way);
                under_way.pop();
                self.steps.pop();
            }
        } else if under_way.is_empty() {
            self.orders += 1;
        }
        for index in 0..under_way.len() {
            let (request, response) = under_way.remove(index);
            self.steps.push(Step::Arrive { request });
            let after = self.arrive(jar, response);
            self.play(after, sent, under_way);
            self.steps.pop();
            under_way.insert(index, (request, response));
        }
    }

    /// Lets a response arrive, and checks what the browser has then.
    fn arrive(&mut self, before: JarId, id: ResponseId) -> JarId {
        if let Some(&after) = self.arrivals.get(&(before, id)) {
            return after;
        }
        let mut jar = self.jars[before].jar.clone();
        let response = &self.responses[id];
        response.arrive(&mut jar);
        let after = self.jar_id(jar);

        let (response, held) = (&self.responses[id], &self.jars[after]);
        assert!(held.session == response.session, "not the last response's: {}", self.told());
        let lasting = if response.until_close { NOTHING } else { &response.session };
        assert!(held.lasting == lasting, "the browser was closed: {}", self.told());
        self.arrivals.insert((before, id), after);
        after
    }

    /// Checks that the next response leaves one shape alone, whatever parallel ones have left.
    fn check_next(&self, jar: &Jar) {
        for act in Act::writes(self.max_cookies).chain([Act::Destroy]) {
            let mut jar = jar.clone();
            // Another number than any before: what is the same is not written again.
            Response::new(&self.options, &jar, self.requests + 1, act).arrive(&mut jar);
            let names: &[&str] = match act {
                Act::Destroy => &[],
                Act::Write { cookies, .. } => match self.cookies[cookies - 1] {
                    1 => &ALL_NAMES[..1],
                    cookies => &ALL_NAMES[1..=cookies],
                },
            };
            assert_eq!(jar.names(), names, "{act:?} after {}", self.told());
        }
    }

    /// What has happened, one step a line.
    fn told(&self) -> String {
        let names = |jar: JarId| self.jars.get(jar).map(|held| held.jar.names());
        let steps = self.steps.iter().map(|step| match step {
            Step::Begin(jar) => format!("\n  the browser has {:?}", names(*jar).unwrap_or_default()),
            Step::Send { request, act } => format!("\n  request {request} is sent: {act:?}"),
            Step::Arrive { request } => format!("\n  its response arrives: {request}"),
        });
        steps.collect()
    }

    fn response_id(&mut self, jar: JarId, request: usize, act: Act) -> ResponseId {
        if let Some(&id) = self.response_ids.get(&(jar, request, act)) {
            return id;
        }
        self.responses.push(Response::new(&self.options, &self.jars[jar].jar, request, act));
        let id = self.responses.len() - 1;
        self.response_ids.insert((jar, request, act), id);
        id
    }

    fn jar_id(&mut self, jar: Jar) -> JarId {
        let mut closed = jar.clone();
        closed.close();
        let headers = [&jar, &closed].map(|jar| jar.header("/"));
        if let Some(&id) = self.jar_ids.get(&headers) {
            return id;
        }
        self.check_next(&jar);
        let [session, lasting] = [&jar, &closed].map(|jar| read(&self.options, jar));
        self.jars.push(Held { jar, session, lasting });
        let id = self.jars.len() - 1;
        self.jar_ids.insert(headers, id);
        id
    }
}

#[test]
fn up_to_four_responses_in_one_cookie() {
    Model::new(1, 4, Act::writes(1).chain([Act::Destroy])).play_all();
}

#[test]
fn up_to_four_responses_in_two_cookies() {
    Model::new(2, 4, Act::writes(2).chain([Act::Destroy])).play_all();
}

#[test]
fn up_to_four_responses_in_three_cookies() {
    Model::new(3, 4, Act::writes(3).chain([Act::Destroy])).play_all();
}

#[test]
fn up_to_four_responses_in_four_cookies() {
    Model::new(4, 4, Act::writes(4).chain([Act::Destroy])).play_all();
}

#[test]
fn up_to_three_responses_that_may_be_compressed() {
    Model::new(4, 3, Act::writes(4).chain([Act::Destroy])).compressed().play_all();
}

/// A session that outlives the browser must not replace one that ended with it.
#[test]
fn some_until_the_browser_closes() {
    let acts = Act::writes(4).chain(Act::writes_until_close(4)).chain([Act::Destroy]);
    Model::new(4, 3, acts).play_all();
}

/// No stateless design can tell: the guide says so where it speaks of security.
#[test]
fn a_save_that_was_sealed_before_a_logout_and_arrives_after_it_restores_the_session() {
    let options = options(&clock()).max_cookies(4).build().unwrap();
    for act in Act::writes(4) {
        let mut jar = Jar::new("shop.example", &clock());
        Response::new(&options, &jar, 0, Act::Write { cookies: 1, until_close: false }).arrive(&mut jar);
        let save = Response::new(&options, &jar, 1, act);
        let logout = Response::new(&options, &jar, 2, Act::Destroy);
        logout.arrive(&mut jar);
        assert_eq!(read(&options, &jar), NOTHING);
        save.arrive(&mut jar);
        assert!(read(&options, &jar) == save.session, "{act:?}");
    }
}
