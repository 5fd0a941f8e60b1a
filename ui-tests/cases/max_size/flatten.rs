use iron_session::MaxSize;
use serde::Serialize;

#[derive(Serialize, MaxSize)]
struct Inner {
    a: u8,
}

#[derive(Serialize, MaxSize)]
struct Outer {
    #[serde(flatten)]
    inner: Inner,
}

fn main() {
    let _ = Outer::MAX_BYTES;
}
