// The protocol of peer.mjs, as the Rust tests rely on it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { libraries } from "./libraries.mjs";

const peers = Object.keys(libraries);
const secret = "correct horse battery staple, twice over";
const newer = "another 32 characters, and then some more";
const now_ms = 1_763_650_000_000;

function start(stderr = "inherit") {
  const child = spawn(process.execPath, [fileURLToPath(new URL("peer.mjs", import.meta.url))], {
    stdio: ["pipe", "pipe", stderr],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let id = 0;
  return {
    child,
    async ask(request) {
      child.stdin.write(`${JSON.stringify({ id: ++id, ...request })}\n`);
      const response = JSON.parse((await lines.next()).value);
      assert.equal(response.id, id);
      return response;
    },
  };
}

let peer;
before(() => (peer = start()));
after(() => peer.child.stdin.end());

async function seal(name, rest) {
  const response = await peer.ask({ op: "seal", peer: name, ...rest });
  assert(response.ok, `${name}: ${response.error}`);
  return response.seal;
}

const value = { user: { id: 7, name: "Zoë 🦀" }, cart: [1.5, null, true], __proto: "x" };

for (const sealer of peers) {
  test(`every library opens what ${sealer} seals`, async () => {
    const passwords = { map: { 1: secret, 10: newer, 9: secret } };
    const sealed = await seal(sealer, { value, passwords, ttl_secs: 120, now_ms });
    assert.match(sealed, /^Fe26\.2\*10\*/);
    assert.equal(sealed.split("*")[5], String(now_ms + 120_000));
    for (const opener of peers) {
      // iron-session 8 takes a seal without the marker for one of version 6, in another shape.
      const seal = opener === "iron-session-8" ? sealed.replace(/(~2)?$/, "~2") : sealed;
      const response = await peer.ask({ op: "unseal", peer: opener, seal, passwords, now_ms });
      assert.deepEqual(response.value, value, `${opener}: ${response.error}`);
    }
  });

  test(`${sealer} seals without an end when the ttl is 0`, async () => {
    const sealed = await seal(sealer, { value, passwords: { string: secret }, ttl_secs: 0 });
    assert.equal(sealed.split("*")[5], "");
  });

  test(`${sealer} refuses what it can't open`, async () => {
    const passwords = { map: { 1: secret } };
    const sealed = await seal(sealer, { value, passwords, ttl_secs: 120, now_ms });
    const unseal = (more) =>
      peer.ask({ op: "unseal", peer: sealer, seal: sealed, passwords, now_ms, ...more });
    const late = await unseal({ now_ms: now_ms + 180_000 });
    const unknown = await unseal({ passwords: { map: { 2: secret } } });
    const forged = await unseal({ passwords: { map: { 1: newer } } });
    assert.deepEqual([late.ok, unknown.ok, forged.ok], [false, false, false]);
    assert.match(late.error, /Expired seal/);
    assert.match(unknown.error, /Cannot find password/);
    assert.match(forged.error, /Bad hmac value/);
    if (sealer === "iron-session-9") {
      assert.deepEqual(
        [late.reason, unknown.reason, forged.reason],
        ["expired", "unknown-password", "invalid"],
      );
    }
  });
}

test("an empty session is no refusal", async () => {
  for (const name of peers) {
    const passwords = { map: { 1: secret } };
    const sealed = await seal(name, { value: {}, passwords });
    const response = await peer.ask({ op: "unseal", peer: name, seal: sealed, passwords });
    assert.deepEqual(response.value, {}, name);
  }
});

test("an empty id is the password named default", async () => {
  const passwords = { map: { default: secret } };
  const sealed = await seal("h3", { value, passwords });
  assert.match(sealed, /^Fe26\.2\*\*/);
  const response = await peer.ask({ op: "unseal", peer: "iron-webcrypto", seal: sealed, passwords });
  assert.deepEqual(response.value, value);
});

test("a 32-byte key is taken as it is", async () => {
  const passwords = { map: { 1: { hex: "2f".repeat(32) } } };
  const sealed = await seal("hapi-iron", { value, passwords });
  assert.equal(sealed.split("*")[2], "");
  const response = await peer.ask({ op: "unseal", peer: "iron-session-9", seal: sealed, passwords });
  assert.deepEqual(response.value, value);
});

test("a cookie conversation", async () => {
  const options = { cookieName: "sid", passwords: { string: secret }, chunk: true };
  const cookie = (cookie_header, ...steps) =>
    peer.ask({ op: "cookie", cookie_header, options, steps, now_ms });
  const header = (response) => response.set_cookie.map((line) => line.split(";")[0]).join("; ");

  const login = await cookie("", { op: "set", data: { user: 1 } }, { op: "save" });
  assert.deepEqual([login.session, login.set_cookie.length], [{}, 1]);

  const blob = "x".repeat(5000);
  const grown = await cookie(header(login), { op: "merge", data: { blob } }, { op: "save" });
  assert.deepEqual(grown.session, { user: 1 });
  assert.deepEqual(grown.set_cookie.map((line) => line.split("=")[0]), ["sid.0", "sid.1", "sid"]);

  const logout = await cookie(header(grown), { op: "destroy" });
  assert.deepEqual(logout.session, { user: 1, blob });

  const stranger = await cookie("sid=nonsense");
  assert.deepEqual([stranger.ok, stranger.session, stranger.reason], [true, {}, "invalid"]);

  const tooLarge = await cookie("", { op: "set", data: { blob: blob.repeat(4) } }, { op: "save" });
  assert.equal(tooLarge.ok, false);
  assert.match(tooLarge.error, /maximum is 4/);
});

for (const request of [
  { op: "seal", peer: "iron-session-7", value, passwords: { string: secret } },
  { op: "seal", peer: "h3", passwords: { string: secret } },
  { op: "open" },
  {
    op: "cookie",
    cookie_header: "",
    options: { cookieName: "sid", passwords: { string: secret } },
    steps: [{ op: "sav" }],
  },
]) {
  test(`a request that can't be read ends it: ${JSON.stringify(request).slice(0, 60)}`, async () => {
    const { child } = start("ignore");
    child.stdin.write(`${JSON.stringify(request)}\n`);
    assert.deepEqual(await once(child, "exit"), [2, null]);
  });
}
