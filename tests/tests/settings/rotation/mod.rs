//! A rotation on three servers that share their visitors, through the file that each server
//! reads: in the right order, and in wrong ones.

mod servers;
mod visitors;

use std::fs;
use std::sync::atomic::Ordering;

use iron_session_tests::log::Event;
use tracing::Level;

use self::servers::{Servers, both, new};
use self::visitors::{Client, Load};

/// Returns the errors that warnings tell about cookies with unknown passwords. There must be no
/// other warnings.
fn unknown_passwords(events: &[Event]) -> Vec<&str> {
    let warnings = events.iter().filter(|event| event.level <= Level::WARN);
    warnings
        .map(|event| {
            assert_eq!(event.message, "session cookie not readable", "{event}");
            assert_eq!(event.field("reason"), Some("unknown_password"), "{event}");
            event.field("error").unwrap()
        })
        .collect()
}

#[test]
fn a_rotation_in_two_phases_signs_nobody_out() {
    let servers = Servers::start("in-order");
    let load = Load::default();
    let ids = servers.serve(|servers| {
        load.run(servers, || {
            for step in [both(1), both(2), new()] {
                for server in servers {
                    server.take(&step);
                    load.wait();
                }
            }
        })
    });
    assert_eq!(load.signed_out.load(Ordering::SeqCst), 0);
    assert_eq!(ids, ["2"; Load::VISITORS]);
    let events = servers.log.take();
    assert!(events.iter().all(|event| event.message == "passwords replaced"), "{events:#?}");
    assert_eq!(events.len(), 9);
}

#[test]
fn a_new_password_that_seals_at_once_signs_visitors_out_until_all_servers_have_it() {
    let servers = Servers::start("seals-at-once");
    let load = Load::default();
    servers.serve(|servers| {
        load.run(servers, || {
            servers[0].take(&both(2));
            load.wait();
            assert!(load.signed_out.load(Ordering::SeqCst) > 0);
        })
    });
    let events = servers.log.take();
    let warnings = unknown_passwords(&events);
    assert!(matches!(warnings.len(), 1 | 2), "one a minute for each server: {warnings:#?}");
    for warning in warnings {
        assert!(warning.starts_with("sealed with password id `2`, which is not in the set"), "{warning}");
    }

    // The others get the new password, as they should have before.
    let load = Load::default();
    servers.serve(|servers| {
        let mut met = Client::signed_in(&servers[0]);
        let mut lost = Client::signed_in(&servers[0]);
        assert_eq!((met.id(), lost.id()), ("2", "2"));
        assert_eq!(met.visits(&servers[1]), "signed out");
        // A server that writes the session of somebody it does not know overwrites the login.
        lost.post(&servers[1], "/cart");

        for server in &servers[1..] {
            server.take(&both(1));
        }
        for server in servers {
            assert_eq!(met.visits(server), "signed in");
            assert_eq!(lost.visits(server), "signed out");
        }
        load.run(servers, || ());
    });
    assert_eq!(load.signed_out.load(Ordering::SeqCst), 0);
}

#[test]
fn an_old_password_that_goes_too_early_signs_visitors_out_until_it_is_back() {
    let servers = Servers::start("gone-too-early");
    servers.serve(|servers| {
        let mut early = Client::signed_in(&servers[0]);
        for step in [both(1), both(2)] {
            for server in servers {
                server.take(&step);
            }
        }
        servers[2].take(&new());
        assert_eq!(early.visits(&servers[2]), "signed out");
        servers[2].take(&both(2));
        assert_eq!(early.visits(&servers[2]), "signed in");

        // Its session now has the new password.
        assert_eq!(early.id(), "2");
        for server in servers {
            server.take(&new());
        }
        assert!(servers.iter().all(|server| early.visits(server) == "signed in"));
    });
    let events = servers.log.take();
    let warnings = unknown_passwords(&events);
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    assert!(warnings[0].starts_with("sealed with password id `1`, which is not in the set"), "{warnings:#?}");
}

#[test]
fn a_file_that_is_no_set_of_passwords_changes_nothing() {
    let servers = Servers::start("broken");
    servers.serve(|servers| {
        let mut client = Client::signed_in(&servers[0]);
        fs::write(&servers[0].file, r#"{"passwords":"#).unwrap();
        let (status, told) = Client::default().post(&servers[0], "/reload");
        assert_eq!(status, 409);
        assert!(told.contains("broken-1") && told.contains("look like JSON"), "{told}");
        assert_eq!(client.visits(&servers[0]), "signed in");
    });
    servers.log.assert_silent();
}
