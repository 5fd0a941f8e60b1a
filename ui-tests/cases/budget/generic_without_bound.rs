use iron_session::IronSession;
use serde::{Deserialize, Serialize};

#[derive(IronSession, Clone)]
struct AppSession<T>
where
    T: Serialize + for<'de> Deserialize<'de> + Clone + Send + Sync + 'static,
{
    value: Option<T>,
}

fn main() {}
