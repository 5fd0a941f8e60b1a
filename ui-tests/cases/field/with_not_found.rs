use iron_session::IronSession;

mod wrong {
    pub fn serialize<S: serde::Serializer>(_: &str, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }

    pub fn deserialize<'de, D: serde::Deserializer<'de>>(_: D) -> Result<String, D::Error> {
        Ok(String::new())
    }
}

#[derive(IronSession, Clone)]
struct AppSession {
    #[session(with = "missing")]
    id: u64,
    #[session(with = "wrong")]
    other: u64,
}

fn main() {}
