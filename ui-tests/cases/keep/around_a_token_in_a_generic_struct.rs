use iron_session::{CsrfToken, IronSession, MaxSize};
use serde::Serialize;
use serde::de::DeserializeOwned;

#[derive(IronSession, Clone)]
struct AppSession<T>
where
    T: MaxSize + Serialize + DeserializeOwned + Clone + Default + Send + Sync + 'static,
{
    #[session(keep)]
    forms: Option<(T, CsrfToken)>,
}

fn main() {}
