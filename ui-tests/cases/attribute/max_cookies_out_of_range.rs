use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(max_cookies = 0)]
struct None {}

#[derive(IronSession, Clone)]
#[session(max_cookies = 5)]
struct Five {}

#[derive(IronSession, Clone)]
#[session(max_cookies = -1)]
struct Negative {}

#[derive(IronSession, Clone)]
#[session(max_cookies = 18446744073709551617)]
struct Huge {}

fn main() {}
