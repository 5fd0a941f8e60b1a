use iron_session::guard::HasReturnTo;
use iron_session::{IronSession, ReturnTo};

#[derive(IronSession, Clone)]
struct NoPath {
    user_id: Option<u64>,
}

#[derive(IronSession, Clone)]
struct TwoPaths {
    return_to: ReturnTo,
    confirmed_from: ReturnTo,
}

fn remember<T: HasReturnTo>() {}

fn main() {
    remember::<NoPath>();
    remember::<TwoPaths>();
}
