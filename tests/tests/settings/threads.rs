//! Types that handlers and tasks share between threads.

use iron_session::options::CheckedOptions;
use iron_session::session::RequestSession;
use iron_session::{Passwords, RotatingPasswords, Sealer, Session, SessionLayer, SessionOptions};
use iron_session_tests::AppSession;

/// The compiler checks this; there is nothing to run.
#[test]
fn shared_types_are_send_and_sync() {
    fn assert_shared<T: Send + Sync + 'static>() {}

    assert_shared::<Session<AppSession>>();
    assert_shared::<RequestSession<AppSession>>();
    assert_shared::<SessionOptions>();
    assert_shared::<CheckedOptions<AppSession>>();
    assert_shared::<SessionLayer<AppSession>>();
    assert_shared::<Sealer>();
    assert_shared::<Passwords>();
    assert_shared::<RotatingPasswords>();
}
