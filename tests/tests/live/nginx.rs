//! An nginx before the servers.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::Duration;

pub(crate) struct Nginx {
    child: Child,
    pub(crate) address: String,
}

impl Nginx {
    /// Starts it before servers on two ports of the loopback. Which of them gets a request is
    /// chance (in turns, one would get all forms); if one doesn't respond, the other is asked.
    pub(crate) fn start(name: &str, [one, other]: [u16; 2]) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nginx").join(name);
        fs::create_dir_all(&directory).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("    {kind}_temp_path {kind};\n"))
            .concat();
        // Servers that end finish what they have taken, so another may be sent the form again.
        let config = format!(
            "daemon off;
master_process off;
pid nginx.pid;
error_log error.log;
events {{}}
http {{
    access_log off;
{temporary}
    upstream shop {{
        random;
        server 127.0.0.1:{one} max_fails=0;
        server 127.0.0.1:{other} max_fails=0;
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://shop;
            proxy_next_upstream error timeout non_idempotent;
        }}
    }}
}}
"
        );
        fs::write(directory.join("nginx.conf"), config).unwrap();
        // Where Debian has it, which is not on everybody's path.
        let program = Path::new("/usr/sbin/nginx");
        let child = Command::new(if program.exists() { program } else { Path::new("nginx") })
            .args(["-c", "nginx.conf", "-e", "error.log", "-p"])
            .arg(&directory)
            .spawn()
            .unwrap_or_else(|error| panic!("nginx does not run ({error}); `cargo xtask test` brings it"));
        let nginx = Self { child, address: format!("http://127.0.0.1:{port}") };
        for _ in 0..100 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return nginx;
            }
            sleep(Duration::from_millis(50));
        }
        panic!(
            "nginx does not listen: {}",
            fs::read_to_string(directory.join("error.log")).unwrap_or_default()
        );
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // One that has ended already can't be ended again.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
