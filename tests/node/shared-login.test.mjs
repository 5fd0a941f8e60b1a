// The routes of shared-login.mjs, as the Rust tests and the browser use them.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

let child;
let origin;
before(async () => {
  child = spawn(process.execPath, [fileURLToPath(new URL("shared-login.mjs", import.meta.url))], {
    env: { ...process.env, PORT: "0", SESSION_SECRET: '{"1":"a password of more than 32 characters"}' },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  origin = line.match(/^listening on (http:\/\/127\.0\.0\.1:\d+)$/)[1];
});
after(() => child.kill());

/** A browser of the simplest kind: cookies by name, gone when they expire. */
function browser() {
  const jar = new Map();
  return async (method, path, body) => {
    const response = await fetch(origin + path, {
      method,
      headers: {
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(body && { "content-type": "application/json" }),
      },
      body: body && JSON.stringify(body),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (/; Max-Age=0;/.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return { status: response.status, session: await response.json(), cookies: [...jar.keys()] };
  };
}

test("a session is merged, trimmed and destroyed", async () => {
  const call = browser();
  assert.deepEqual((await call("GET", "/session")).session, {});

  await call("POST", "/merge", { user: { id: 1, name: "Ada" }, theme: "dark" });
  const merged = await call("POST", "/merge", { user: { name: "Grace" }, cart: [1] });
  const wanted = { user: { id: 1, name: "Grace" }, theme: "dark", cart: [1] };
  assert.deepEqual(merged.session, wanted);
  assert.deepEqual((await call("GET", "/session")).session, wanted);

  const trimmed = await call("POST", "/delete", { keys: ["theme", "cart"] });
  assert.deepEqual(trimmed.session, { user: { id: 1, name: "Grace" } });

  const out = await call("POST", "/logout");
  assert.deepEqual([out.session, out.cookies], [{}, []]);
});

test("a large session takes chunks and gives them back", async () => {
  const call = browser();
  const large = await call("POST", "/merge", { blob: "x".repeat(5000) });
  assert.deepEqual(large.cookies, ["app_session.0", "app_session.1"]);
  const small = await call("POST", "/delete", { keys: ["blob"] });
  assert.deepEqual(small.cookies, ["app_session"]);
});

test("a body that is no JSON is the caller's mistake", async () => {
  const response = await fetch(`${origin}/merge`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{",
  });
  assert.equal(response.status, 400);
});
