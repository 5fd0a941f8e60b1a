//! Measures what the library adds to a WebAssembly module, compared with the private cookies of
//! the `cookie` crate.
//!
//! ```text
//! cargo run --release -p benches --bin wasm_cost [-- --json FILE]
//! ```
//!
//! Each sample is a module that reads and writes a session, optimised for size. The first
//! sample writes it as JSON, and asks JavaScript for randomness and the time. This brings in
//! `wasm-bindgen`, whose descriptions are removed from a module later, by its own tool. The
//! figure is the size of code and data. No other library that is measured elsewhere can be
//! compared here: axum-extra's private cookies are those of `cookie`, and tower-sessions and
//! actix-session need a runtime.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use benches::figures::{self, Figure};

const TARGET: &str = "wasm32-unknown-unknown";

/// The start of every sample.
const SESSION: &str = r"
#[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Session { user: Option<String>, visits: u32 }
";

/// The name, the dependencies, and an expression that takes a text and returns one.
const SAMPLES: [(&str, &str, &str); 4] = [
    (
        "JSON, randomness and the time",
        "getrandom = { version = \"0.4\", features = [\"wasm_js\"] }\nweb-time = \"1\"\n",
        r"{
            let mut session: Session = serde_json::from_str(text).ok()?;
            let mut random = [0; 4];
            getrandom::fill(&mut random).ok()?;
            let now = web_time::SystemTime::now().duration_since(web_time::UNIX_EPOCH).ok()?;
            session.visits = u32::from_le_bytes(random) ^ now.subsec_millis();
            serde_json::to_string(&session).ok()
        }",
    ),
    (
        "a seal",
        "iron-session = { path = \"@\", default-features = false, features = [\"js\"] }\n",
        r#"{
            let passwords = iron_session::Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX").ok()?;
            let sealer = iron_session::Sealer::new(passwords);
            sealer.unseal::<Session>(text).ok().and_then(|session| sealer.seal(&session).ok())
        }"#,
    ),
    (
        "a session",
        "iron-session = { path = \"@\", default-features = false, features = [\"derive\", \"js\"] }\n",
        r#"{
            #[derive(Clone, iron_session::IronSession)]
            struct Typed { user: Option<String>, visits: u32 }
            let passwords = iron_session::Passwords::new("mHDzKfIaYBUWpcyn3zvZkVWzJCt6SgVX").ok()?;
            let options = iron_session::SessionOptions::builder("sid", passwords).build().ok()?;
            let request = iron_session::session::RequestSession::<Typed>::new(options.check().ok()?);
            let mut session = request.handle([text]).ok()?;
            *session.visits_mut() += 1;
            drop(session);
            request.commit(200).set_cookies.pop()
        }"#,
    ),
    (
        "PrivateJar",
        "cookie = { version = \"0.18\", features = [\"private\"] }\n\
         getrandom = { version = \"0.2\", features = [\"js\"] }\n",
        r#"{
            let key = cookie::Key::from(&[7; 64]);
            let mut jar = cookie::CookieJar::new();
            jar.add_original(cookie::Cookie::new("sid", text.to_owned()));
            let session: Session = serde_json::from_str(jar.private(&key).get("sid")?.value()).ok()?;
            jar.private_mut(&key).add(cookie::Cookie::new("sid", serde_json::to_string(&session).ok()?));
            Some(jar.get("sid")?.to_string())
        }"#,
    ),
];

fn main() -> Result<(), Box<dyn Error>> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let mut sizes = Vec::new();
    for (index, (name, dependencies, call)) in SAMPLES.into_iter().enumerate() {
        sizes.push((name, build(&project, index, dependencies, call)?));
    }
    let base = sizes.first().map_or(0.0, |(_, kb)| *kb);
    let added =
        |name: &str, kb: f64| Figure::new("kB that are added to a WebAssembly module", name, kb - base, "kB");
    Ok(figures::publish(&sizes.iter().skip(1).map(|(name, kb)| added(name, *kb)).collect::<Vec<_>>())?)
}

/// Builds a sample, and returns its size in kB.
fn build(project: &Path, index: usize, dependencies: &str, call: &str) -> Result<f64, Box<dyn Error>> {
    let dir = project.join(format!("target/wasm-cost/sample_{index}"));
    fs::create_dir_all(dir.join("src"))?;
    let library = project.join("iron-session").display().to_string();
    let manifest = format!(
        "[package]\nname = \"sample_{index}\"\nedition = \"2024\"\n\n[lib]\ncrate-type = [\"cdylib\"]\n\n\
         [dependencies]\nserde = {{ version = \"1\", features = [\"derive\"] }}\nserde_json = \"1\"\n{}\n\
         [profile.release]\nopt-level = \"z\"\nlto = true\ncodegen-units = 1\npanic = \"abort\"\nstrip = true\n\n[workspace]\n",
        dependencies.replace('@', &library)
    );
    fs::write(dir.join("Cargo.toml"), manifest)?;
    let source = format!(
        "{SESSION}\npub fn call(text: &str) -> Option<String> {{ {call} }}\n\n\
         #[unsafe(no_mangle)]\npub extern \"C\" fn run(len: usize) -> usize {{\n    \
         let text = \"x\".repeat(len);\n    call(&text).map_or(0, |text| text.len())\n}}\n"
    );
    fs::write(dir.join("src/lib.rs"), source)?;

    let target = project.join("target/wasm-cost/target");
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--quiet", "--release", "--target", TARGET]);
    let output = cargo.current_dir(&dir).env("CARGO_TARGET_DIR", &target).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let module = fs::read(target.join(TARGET).join(format!("release/sample_{index}.wasm")))?;
    let bytes = code_and_data(&module).ok_or("a module that can't be read")?;
    Ok(f64::from(bytes) / 1000.0)
}

/// Adds up the sections that are needed to run: WebAssembly's core specification, §5.5.
fn code_and_data(module: &[u8]) -> Option<u32> {
    const CODE: u8 = 10;
    const DATA: u8 = 11;

    let mut rest = module.get(8..)?;
    let mut bytes = 0;
    while let Some((id, after)) = rest.split_first() {
        let (len, digits) = leb128(after)?;
        if [CODE, DATA].contains(id) {
            bytes += len;
        }
        rest = after.get(digits + usize::try_from(len).ok()?..)?;
    }
    Some(bytes)
}

/// Reads a number, and returns its length in bytes too.
fn leb128(bytes: &[u8]) -> Option<(u32, usize)> {
    let len = bytes.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let digits = bytes.get(..len)?.iter().rev();
    Some((digits.fold(0, |number, byte| number << 7 | u32::from(byte & 0x7f)), len))
}
