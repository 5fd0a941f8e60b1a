use iron_session::IronSession;

#[derive(IronSession, Clone, Copy)]
union Number {
    int: u32,
    float: f32,
}

fn main() {}
