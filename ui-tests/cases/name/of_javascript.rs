use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(javascript, rename_all = "camelCase")]
struct AppSession {
    #[session(skip_accessors)]
    save: Option<u64>,
    #[session(accessor = "gone")]
    destroy: bool,
    update_config: Option<String>,
    #[session(rename = "__proto__")]
    prototype: Option<String>,
}

fn main() {}
