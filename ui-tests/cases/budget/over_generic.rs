use iron_session::schema::Budget;
use iron_session::{IronSession, MaxSize};
use serde::{Deserialize, Serialize};

#[derive(IronSession, Clone)]
struct AppSession<T, const N: usize>
where
    T: MaxSize + Serialize + for<'de> Deserialize<'de> + Clone + Send + Sync + 'static,
{
    value: Option<T>,
    #[session(max_items = 1000)]
    list: Vec<T>,
}

const _: () = Budget::from_type::<AppSession<(), 1>>().assert_fits();
const _: () = Budget::from_type::<AppSession<u64, 1>>().assert_fits();

fn main() {}
