//! Two servers of the example, each of which stays at its port.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use iron_session_tests::node::{self, Server};

const SECRET: &str = "kX2vQ9mZ4tR7wL1pB6nH3sJ8dF5gY0cA";

pub(crate) struct Servers {
    binaries: Vec<PathBuf>,
    ports: [u16; 2],
    running: [Option<Server>; 2],
}

impl Servers {
    pub(crate) fn start(release: u32) -> Self {
        let binaries = node::build_all("deploy");
        let running = [(); 2].map(|()| start(&binaries, release, 0));
        let ports = running.each_ref().map(|server| server.port().parse().unwrap());
        Self { binaries, ports, running: running.map(Some) }
    }

    pub(crate) fn ports(&self) -> [u16; 2] {
        self.ports
    }

    /// Ends one of them and starts another release in its place; meanwhile, and at least once,
    /// something is done again and again.
    pub(crate) fn swap_while(&mut self, index: usize, release: u32, mut act: impl FnMut()) {
        let Self { binaries, ports, running } = self;
        let server = running[index].take();
        let new = thread::scope(|scope| {
            let swap = scope.spawn(|| {
                server.unwrap().terminate();
                start(binaries, release, ports[index])
            });
            act();
            while !swap.is_finished() {
                act();
            }
            swap.join().unwrap()
        });
        running[index] = Some(new);
    }
}

fn start(binaries: &[PathBuf], release: u32, port: u16) -> Server {
    let name = format!("deploy-v{release}");
    let binary = binaries.iter().find(|path| path.ends_with(&name)).unwrap();
    let logs = Path::new(env!("CARGO_TARGET_TMPDIR")).join("deploy");
    fs::create_dir_all(&logs).unwrap();
    let log = File::options().create(true).append(true).open(logs.join(format!("{name}.log"))).unwrap();
    Server::start(
        Command::new(binary).env("PORT", port.to_string()).env("SESSION_SECRET", SECRET).stderr(log),
    )
}
