use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(max_cookies = "2")]
struct Text {}

#[derive(IronSession, Clone)]
#[session(max_cookies)]
struct Nothing {}

#[derive(IronSession, Clone)]
#[session(max_cookies = 1.5)]
struct Float {}

#[derive(IronSession, Clone)]
#[session(max_cookies = 1 + 1)]
struct Sum {}

fn main() {}
