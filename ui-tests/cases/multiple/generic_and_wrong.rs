use iron_session::IronSession;

#[derive(IronSession, Clone)]
struct AppSession<T>
where
    T: Clone + Send + Sync + 'static,
{
    #[session(flsh)]
    notice: Option<T>,
}

fn show(session: &mut AppSession<u8>) {
    session.set_notice(1);
    session.take_notice();
}

fn main() {}
