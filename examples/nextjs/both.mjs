// Starts the Rust shop and Next.js with one password: `node both.mjs dev` or `node both.mjs start`.
// With `--insecure`, cookies have no `Secure`, for browsers that reject it on http://localhost (Safari).

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";

const [mode, flag] = process.argv.slice(2);
const { PORT = "3000", SHOP_ORIGIN = "http://127.0.0.1:3001" } = process.env;
const env = {
  // A new password signs everybody out. Set SESSION_SECRET to keep one.
  SESSION_SECRET: randomBytes(32).toString("base64"),
  SHOP_ORIGIN,
  // The rewrite changes `Host`, so the shop can't tell from it which origin is its own.
  TRUSTED_ORIGIN: `http://localhost:${PORT}`,
  INSECURE_COOKIES: flag === "--insecure" ? "1" : "",
  ...process.env,
};
const shop = ["run", "-p", "demo", "--", "--port", new URL(SHOP_ORIGIN).port, ...(flag ? [flag] : [])];
const next = ["node_modules/next/dist/bin/next", mode, "--port", PORT];

const servers = [
  // Without the address that the shop prints: the browser opens that of Next.js.
  spawn("cargo", shop, { env, stdio: ["inherit", "ignore", "inherit"] }),
  spawn(process.execPath, next, { env, stdio: "inherit" }),
];
// Neither is of use without the other.
for (const server of servers) server.on("exit", () => servers.forEach((other) => other.kill()));
