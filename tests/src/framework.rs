//! The frameworks on which every conversation runs.

use std::future::Future;

use iron_session::clock::ManualClock;
use iron_session::json_schema::HasJsonSchema;

use crate::browser::Browser;
use crate::site::Site;
use crate::{on_actix, on_axum, on_poem, on_rocket, on_salvo};

/// A framework with an adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framework {
    /// axum 0.8, through the tower layer.
    Axum,
    /// actix-web 4.
    Actix,
    /// poem 3.
    Poem,
    /// salvo 1.
    Salvo,
    /// Rocket 0.5.
    Rocket,
}

impl Framework {
    /// All frameworks.
    pub const ALL: [Self; 5] = [Self::Axum, Self::Actix, Self::Poem, Self::Salvo, Self::Rocket];

    /// Runs a conversation, with the servers and the client, on one thread: this framework's own runtime.
    pub fn run<F: Future<Output = ()>>(self, conversation: impl FnOnce(Self) -> F) {
        match self {
            Self::Axum | Self::Poem | Self::Salvo | Self::Rocket => {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.expect("a runtime").block_on(conversation(self));
            }
            Self::Actix => actix_web::rt::System::new().block_on(conversation(self)),
        }
    }

    /// Serves a site and opens a browser on it, which checks the payloads.
    pub async fn browse<T: HasJsonSchema>(self, site: Site<T>, clock: &ManualClock) -> Browser {
        let check = site.check();
        let server = match self {
            Self::Axum => on_axum::serve_site(site),
            Self::Actix => on_actix::serve_site(site).await,
            Self::Poem => on_poem::serve_site(site),
            Self::Salvo => on_salvo::serve_site(site),
            Self::Rocket => on_rocket::serve_site(site).await,
        };
        Browser::new(server, check, clock)
    }
}

/// Makes a test of each conversation on each framework.
///
/// A conversation is an `async fn(Framework)`. If one is not listed, the compiler warns about
/// dead code.
#[macro_export]
macro_rules! on_every_framework {
    ($($conversation:ident),+ $(,)?) => {
        mod axum {
            $(
                #[test]
                fn $conversation() {
                    $crate::Framework::Axum.run(super::$conversation);
                }
            )+
        }

        mod actix {
            $(
                #[test]
                fn $conversation() {
                    $crate::Framework::Actix.run(super::$conversation);
                }
            )+
        }

        mod poem {
            $(
                #[test]
                fn $conversation() {
                    $crate::Framework::Poem.run(super::$conversation);
                }
            )+
        }

        mod salvo {
            $(
                #[test]
                fn $conversation() {
                    $crate::Framework::Salvo.run(super::$conversation);
                }
            )+
        }

        mod rocket {
            $(
                #[test]
                fn $conversation() {
                    $crate::Framework::Rocket.run(super::$conversation);
                }
            )+
        }
    };
}
