// The routes of the servers that need no build, as the Rust tests use them.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const SESSION_SECRET = '{"1":"a password of more than 32 characters"}';

async function start(framework) {
  const program = fileURLToPath(new URL(`servers/${framework}.mjs`, import.meta.url));
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, PORT: "0", SESSION_SECRET },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { child, origin: line.match(/^listening on (http:\/\/127\.0\.0\.1:\d+)$/)[1] };
}

/** A browser of the simplest kind: cookies by name, gone when they expire. */
function browser(origin) {
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

for (const framework of ["express", "fastify", "hono"]) {
  describe(framework, () => {
    let child;
    let origin;
    before(async () => ({ child, origin } = await start(framework)));
    after(() => child.kill());

    test("a session is merged, trimmed and destroyed", async () => {
      const call = browser(origin);
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
      const call = browser(origin);
      const large = await call("POST", "/merge", { blob: "x".repeat(5000) });
      assert.deepEqual(large.cookies, ["app_session.0", "app_session.1"]);
      const small = await call("POST", "/delete", { keys: ["blob"] });
      assert.deepEqual(small.cookies, ["app_session"]);
    });
  });
}
