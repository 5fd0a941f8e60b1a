// Seals and unseals in JavaScript on request: one request per line on stdin, one response per
// line on stdout.
//
// request   {"payload":{…},"password":"…","seal":"Fe26.2*…"}   first: the payload, and a seal of it
// response  ["name of a library", …]                         each library has unsealed that seal
// request   {"way":"…","operation":"seal" | "unseal","ms":100}
// response  the time of one operation, in nanoseconds

import { deepStrictEqual } from "node:assert";
import { createInterface } from "node:readline";

import Iron from "@hapi/iron";
import { sealData, unsealData } from "iron-session";

import * as handTuned from "./hand-tuned.mjs";

// iron-session's lifetime: 14 days.
const ttl_ms = 14 * 24 * 60 * 60 * 1000;

function waysOf(payload, password) {
  const iron = { ...Iron.defaults, ttl: ttl_ms };
  const ironSession = {
    seal: () => sealData(payload, { password }),
    unseal: (seal) => unsealData(seal, { password }),
  };
  const hapi = {
    seal: () => Iron.seal(payload, password, iron),
    // To hapi, iron-session's version marker is part of the MAC.
    unseal: (seal) => Iron.unseal(seal.split("~", 1)[0], password, iron),
  };
  const tuned = {
    seal: () => handTuned.seal(payload, password, ttl_ms),
    unseal: (seal) => handTuned.unseal(seal, password),
  };
  return {
    "iron-session 9, one after the other": { ...ironSession, atOnce: 1 },
    "iron-session 9, 16 at once": { ...ironSession, atOnce: 16 },
    "@hapi/iron, one after the other": { ...hapi, atOnce: 1 },
    "@hapi/iron, 16 at once": { ...hapi, atOnce: 16 },
    "node:crypto by hand, synchronous": { ...tuned, atOnce: 0 },
  };
}

// The median over short batches, because a busy machine interrupts only a few of them.
async function time(run, atOnce, ms) {
  const start = performance.now();
  const batches = [];
  let before = start;
  while (before - start < ms) {
    if (atOnce === 0) {
      for (let i = 0; i < 16; i++) run();
    } else {
      await Promise.all(Array.from({ length: atOnce }, run));
    }
    const now = performance.now();
    batches.push(((now - before) * 1e6) / (atOnce || 16));
    before = now;
  }
  return batches.sort((a, b) => a - b)[batches.length >> 1];
}

let ways;
let seal;

async function respond(request) {
  if (!ways) {
    seal = request.seal;
    ways = waysOf(request.payload, request.password);
    for (const { unseal, seal: make } of Object.values(ways)) {
      deepStrictEqual(await unseal(seal), request.payload);
      deepStrictEqual(await unseal(await make()), request.payload);
    }
    return Object.keys(ways);
  }
  const way = ways[request.way];
  const run = request.operation === "seal" ? () => way.seal() : () => way.unseal(seal);
  return time(run, way.atOnce, request.ms);
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await respond(JSON.parse(line)))}\n`);
}
