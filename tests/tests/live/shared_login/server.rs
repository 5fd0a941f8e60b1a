//! The JavaScript servers, in `tests/node/servers/`: the same service in each framework.

use std::process::Command;
use std::sync::Once;

use iron_session_tests::node;

/// A JavaScript framework.
#[derive(Clone, Copy, Debug)]
pub(crate) enum JavaScript {
    Express,
    Fastify,
    Hono,
    /// TypeScript, compiled.
    NestJs,
    /// Built, with its `adapter-node`.
    SvelteKit,
    /// h3 1, which Nuxt 4 and Nitro 2 have.
    H3V1,
    /// h3 2, which Nitro 3 has.
    H3V2,
    /// hapi, with `@hapi/cookie` and `@hapi/yar`.
    Hapi,
}

impl JavaScript {
    /// Returns the command that starts the server on any free port.
    pub(crate) fn command(self) -> Command {
        match self {
            Self::Express => node::node("servers/express.mjs"),
            Self::Fastify => node::node("servers/fastify.mjs"),
            Self::Hono => node::node("servers/hono.mjs"),
            Self::H3V1 => node::node("servers/h3-1.mjs"),
            Self::H3V2 => node::node("servers/h3-2.mjs"),
            Self::Hapi => node::node("servers/hapi.mjs"),
            Self::NestJs => {
                static BUILT: Once = Once::new();
                BUILT.call_once(|| build("typescript/bin/tsc", "servers/nestjs", "-p ."));
                node::node("servers/nestjs/main.js")
            }
            Self::SvelteKit => {
                static BUILT: Once = Once::new();
                BUILT.call_once(|| build("vite/bin/vite.js", "servers/sveltekit", "build"));
                let mut command = node::node("servers/sveltekit/build/index.js");
                command.envs([("HOST", "127.0.0.1"), ("PORT", "0")]);
                command
            }
        }
    }

    /// Returns the name of its profile, as the example `one-login` spells it.
    pub(crate) fn profile(self) -> &'static str {
        match self {
            Self::Express | Self::Fastify | Self::Hono | Self::NestJs | Self::SvelteKit => "iron-session",
            Self::H3V1 => "h3-1",
            Self::H3V2 => "h3-2",
            Self::Hapi => "hapi",
        }
    }
}

/// Runs a package's program in the folder of a server, to build it.
fn build(program: &str, folder: &str, arguments: &str) {
    let program = node::folder().join("node_modules").join(program);
    let mut command = Command::new("node");
    command.arg(program).args(arguments.split(' ')).current_dir(node::folder().join(folder));
    let output = command.output().expect("node runs");
    let told = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {told}");
}

/// Makes a test of each conversation with each server that has iron-session.
macro_rules! on_every_server {
    ($($conversation:ident),+ $(,)?) => {
        on_every_server!(@ express, Express, $($conversation),+);
        on_every_server!(@ fastify, Fastify, $($conversation),+);
        on_every_server!(@ hono, Hono, $($conversation),+);
        on_every_server!(@ nestjs, NestJs, $($conversation),+);
        on_every_server!(@ sveltekit, SvelteKit, $($conversation),+);
    };
    (with_other_libraries: $($conversation:ident),+ $(,)?) => {
        on_every_server!($($conversation),+);
        on_every_server!(@ h3_1, H3V1, $($conversation),+);
        on_every_server!(@ h3_2, H3V2, $($conversation),+);
        on_every_server!(@ hapi, Hapi, $($conversation),+);
    };
    (@ $module:ident, $server:ident, $($conversation:ident),+) => {
        mod $module {
            $(
                #[test]
                fn $conversation() {
                    super::$conversation(super::JavaScript::$server);
                }
            )+
        }
    };
}
pub(crate) use on_every_server;
