//! One of the applications: `server NAME`.

fn main() -> std::io::Result<()> {
    peers::apps::serve(&std::env::args().nth(1).unwrap_or_default())
}
