use iron_session::IronSession;

#[derive(IronSession, Clone)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default = "made", tag = "kind")]
struct AppSession {
    #[serde(skip)]
    secret: Option<String>,
    #[serde(skip_serializing)]
    password: Option<String>,
    #[serde(rename = "uid", alias = "user")]
    user_id: Option<u64>,
    #[serde(default = "light", skip_serializing_if = "is_light")]
    theme: String,
    #[serde(with = "iron_session::with::text")]
    account: u64,
    #[serde(flatten)]
    cart: Vec<u64>,
    #[serde(unheard_of)]
    visits: u32,
}

fn main() {}
