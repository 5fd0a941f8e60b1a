//! The TypeScript that the command line writes, read by `tsc` beside the types of iron-session 9.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use iron_session::json_schema::HasJsonSchema;
use iron_session::{CsrfToken, Expiring, IronSession};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Role {
    Customer,
    Staff { since_secs: u64 },
}

#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Line {
    sku: String,
    quantity: u8,
}

/// What the shop knows of a visitor.
#[derive(IronSession, Clone)]
#[session(json_schema, version = 2, untagged = 1, readable_by = 1, javascript, rename_all = "camelCase")]
struct AppSession {
    /// Who is signed in.
    user_id: Option<String>,
    role: Option<Role>,
    cart: Vec<Line>,
    #[session(flash)]
    notice: Option<String>,
    #[session(expires_in = "15m")]
    sudo: Expiring<bool>,
    csrf: CsrfToken,
    names: BTreeMap<String, Option<u32>>,
}

/// A program of the JavaScript side.
const PROGRAM: &str = r#"
import { getIronSession } from "iron-session";
import { APP_SESSION_TAG, type AppSession } from "./session.js";

export async function visit(request: Request, response: Response): Promise<string | undefined> {
  const session = await getIronSession<AppSession>(request, response, { cookieName: "s", password: "p" });
  session.userId = "ada";
  session.role = { staff: { since_secs: 1 } };
  session.role = "customer";
  session.cart = [...(session.cart ?? []), { sku: "a", quantity: 1 }];
  session.sudo = { value: true, until_ms: 1 };
  session.names = { a: 1, b: null };
  session.$ = { ...session.$, ...APP_SESSION_TAG };
  const version: 2 = APP_SESSION_TAG.v;
  await session.save();
  return session.notice ?? `${version}`;
}
"#;

/// What each would be a mistake.
const MISTAKES: [&str; 5] = [
    "session.userId = 1;",
    r#"session.role = "nobody";"#,
    r#"session.cart = [{ sku: "a" }];"#,
    "session.sudo = true;",
    "session.names = { a: true };",
];

/// Runs `tsc` over the program, and returns what it says of mistakes.
fn check(dir: &Path, program: &str) -> Option<String> {
    fs::write(dir.join("program.ts"), program).unwrap();
    let node_dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("node");
    let mut tsc = Command::new("node");
    tsc.arg(node_dir.join("node_modules/typescript/bin/tsc"))
        .arg(dir.join("program.ts"))
        .current_dir(&node_dir);
    tsc.args(["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck"]);
    let output = tsc.output().unwrap();
    (!output.status.success()).then(|| String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_interface_fits_iron_session_and_tells_mistakes() {
    // Where Node finds the package.
    let node_dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("node");
    let dir = node_dir.join(format!("node_modules/.types-{}", std::process::id()));
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("package.json"), r#"{"type":"module"}"#).unwrap();
    let schema = dir.join("schema.json");
    fs::write(&schema, AppSession::json_schema().as_value().to_string()).unwrap();

    let cargo = env::var_os("CARGO").unwrap();
    let mut types = Command::new(cargo);
    types.args(["run", "--quiet", "-p", "iron-session-cli", "--", "types"]).arg(&schema);
    let types = types.output().unwrap();
    assert!(types.status.success(), "{}", String::from_utf8_lossy(&types.stderr));
    fs::write(dir.join("session.ts"), &types.stdout).unwrap();

    let said = check(&dir, PROGRAM);
    // Each in a line of its own, of which the compiler tells once.
    let mistaken = PROGRAM.replace("  await session.save();", &MISTAKES.join("\n"));
    let told = check(&dir, &mistaken).unwrap_or_default();
    fs::remove_dir_all(&dir).unwrap();
    assert_eq!(said, None, "{}", String::from_utf8_lossy(&types.stdout));
    let first = mistaken.lines().position(|line| line == MISTAKES[0]).unwrap() + 1;
    for (index, mistake) in MISTAKES.iter().enumerate() {
        assert!(told.contains(&format!("program.ts({},", first + index)), "{mistake}: {told}");
    }
}
