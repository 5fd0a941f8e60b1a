use iron_session::MaxSize;

#[derive(MaxSize)]
struct Pair<T> {
    first: T,
    #[session(max_bytes = 5)]
    second: T,
}

struct Unbounded;

fn main() {
    let _ = <Pair<u8> as MaxSize>::MAX_BYTES;
    let _ = <Pair<Unbounded> as MaxSize>::MAX_BYTES;
}
