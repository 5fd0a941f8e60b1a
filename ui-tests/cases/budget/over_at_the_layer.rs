use iron_session::{IronSession, MaxSize, Passwords, SessionOptions};
use serde::{Deserialize, Serialize};

#[derive(IronSession, Clone)]
struct AppSession<T>
where
    T: MaxSize + Serialize + for<'de> Deserialize<'de> + Clone + Send + Sync + 'static,
{
    #[session(max_items = 200)]
    list: Vec<T>,
}

fn main() {
    let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX").unwrap();
    let options = SessionOptions::builder("app", passwords).build().unwrap();
    options.check::<AppSession<u8>>().unwrap();
    options.check::<AppSession<u64>>().unwrap();
}
