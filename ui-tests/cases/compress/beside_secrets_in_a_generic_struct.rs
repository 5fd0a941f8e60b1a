use iron_session::{CsrfToken, IronSession, MaxSize, Secret};
use serde::Serialize;
use serde::de::DeserializeOwned;

#[derive(IronSession, Clone)]
#[session(compress)]
struct AppSession<T>
where
    T: MaxSize + Serialize + DeserializeOwned + zeroize::Zeroize + Clone + Send + Sync + 'static,
{
    token: Option<(u8, Secret<T>)>,
    csrf: Option<CsrfToken>,
}

fn main() {}
