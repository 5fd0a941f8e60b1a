use iron_session::{IronSession, MaxSize, Passwords, SessionOptions};
use serde::Serialize;
use serde::de::DeserializeOwned;

#[derive(IronSession, Clone, Default)]
#[session(version = 3, untagged = 3)]
struct V3<T: Serialize + DeserializeOwned + MaxSize + Clone + Default + Send + Sync + 'static> {
    user: Option<T>,
}

#[derive(IronSession, Clone, Default)]
#[session(version = 2, untagged = 2, previous = V3<T>)]
struct AppSession<T: Serialize + DeserializeOwned + MaxSize + Clone + Default + Send + Sync + 'static> {
    user: Option<T>,
}

impl<T: Serialize + DeserializeOwned + MaxSize + Clone + Default + Send + Sync + 'static> From<V3<T>>
    for AppSession<T>
{
    fn from(old: V3<T>) -> Self {
        Self { user: old.user }
    }
}

// What holds for every parameter is not known before one is chosen, as the layer does.
fn main() {
    let passwords = Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX").unwrap();
    let options = SessionOptions::builder("app_session", passwords).build().unwrap();
    options.check::<AppSession<u8>>().unwrap();
}
