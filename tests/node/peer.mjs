// The JavaScript libraries as a service for the Rust tests: one JSON request a line on stdin,
// one JSON response a line on stdout, in order.
//
// request  {"id":1,"op":"seal","peer":"iron-session-9","value":{…},"passwords":{…},"ttl_secs":60,"now_ms":…}
//          {"id":2,"op":"unseal","peer":"h3","seal":"Fe26.2*…","passwords":{…},"now_ms":…}
//          {"id":2,"op":"read","seal":"Fe26.2*…","passwords":{"map":{…}},"now_ms":…}
//          {"id":3,"op":"cookie","cookie_header":"sid=…","options":{…},"steps":[…],"now_ms":…}
// response {"id":1,"ok":true,"seal":"…"} | {"id":2,"ok":true,"value":…}
//          {"id":3,"ok":true,"session":{…},"reason":null,"set_cookie":["…"]}
//          {"id":4,"ok":false,"error":"…","reason":"expired"}      the library refused
//
// `ok: false` always means that the library itself said no. A request that this program doesn't
// understand ends it instead, so that a typo in a test can't pass for a refusal.

import { createInterface } from "node:readline";

import { BadRequest, pick } from "./bad-request.mjs";
import { at } from "./clock.mjs";
import { conversation } from "./conversation.mjs";
import { libraries, withOnePassword } from "./libraries.mjs";
import { all } from "./passwords.mjs";
import { readSession } from "./read-session.mjs";

const peers = { ...libraries, ...withOnePassword };

const operations = {
  seal: {
    needs: ["peer", "value", "passwords"],
    run: async ({ peer, value, passwords, ttl_secs }) => ({
      seal: await pick(peers, "peer", peer).seal(value, passwords, ttl_secs),
    }),
  },
  unseal: {
    needs: ["peer", "seal", "passwords"],
    run: async ({ peer, seal, passwords }) => ({
      value: await pick(peers, "peer", peer).unseal(seal, passwords),
    }),
  },
  // The function of the guide, for programs that only read.
  read: {
    needs: ["seal", "passwords"],
    run: async ({ seal, passwords }) => ({ value: await readSession(seal, all(passwords)) }),
  },
  cookie: { needs: ["cookie_header", "options", "steps"], run: conversation },
};

async function respond(line) {
  const request = JSON.parse(line);
  const { needs, run } = pick(operations, "op", request.op);
  const missing = needs.filter((field) => request[field] === undefined);
  if (missing.length > 0) throw new BadRequest(`${request.op} needs ${missing.join(", ")}`);
  try {
    return { id: request.id, ok: true, ...(await at(request.now_ms, () => run(request))) };
  } catch (error) {
    if (error instanceof BadRequest) throw error;
    return { id: request.id, ok: false, error: error.message, ...error.details };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    process.stdout.write(`${JSON.stringify(await respond(line))}\n`);
  } catch (error) {
    console.error(`peer.mjs: ${error.message}\n  in ${line.slice(0, 200)}`);
    process.exit(2);
  }
}
