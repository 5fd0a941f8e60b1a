use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[session(max_cookies = 9, rename_all = "camel_case", expires = "1h")]
struct AppSession {
    #[session(flsh)]
    notice: Option<String>,
    #[session(flash, rename = "n")]
    count: u32,
    #[session(rename = "n", skip_accessors = true)]
    number: u32,
    #[session(transient, alias = "u")]
    user: Option<u8>,
    save: bool,
    #[session(rename = "$", default = "1")]
    cost: u32,
}

fn main() {}
