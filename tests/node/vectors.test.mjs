// The vectors that the Rust code is tested with, against the libraries they were made with: what
// a vector says of a library must be what the library in package.json does.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { at } from "./clock.mjs";
import { conversation } from "./conversation.mjs";
import { libraries } from "./libraries.mjs";

const peers = { v9: "iron-session-9", v8: "iron-session-8", hapi: "hapi-iron" };

function classes(file) {
  const { cases } = JSON.parse(readFileSync(new URL(`../vectors/${file}`, import.meta.url)));
  const groups = new Map();
  for (const vector of cases) {
    groups.set(vector.class, [...(groups.get(vector.class) ?? []), vector]);
  }
  return groups;
}

/** What the vector says of one library, on this version of Node. */
function expected(vector, library) {
  const native = typeof Uint8Array.fromBase64 === "function";
  return (native && vector.expect_native_base64?.[library]) || vector.expect[library];
}

// A value nested too deep for JSON.stringify is marked so in the vectors.
function text(value) {
  try {
    return JSON.stringify(value);
  } catch (error) {
    assert(error instanceof RangeError);
    return "unprintable";
  }
}

async function unsealed(peer, { seal, passwords, now_ms }) {
  try {
    const value = await at(now_ms, () => libraries[peer].unseal(seal, passwords));
    return { ok: true, value: text(value) };
  } catch (error) {
    return { ok: false, reason: error.details?.reason };
  }
}

for (const [name, vectors] of classes("seals.json")) {
  test(`seals: ${name}`, async () => {
    for (const vector of vectors) {
      for (const [library, peer] of Object.entries(peers)) {
        const { ok, reason, value_json = vector.value_json, unprintable } = expected(vector, library);
        assert.deepEqual(
          await unsealed(peer, vector),
          ok ? { ok, value: unprintable ? "unprintable" : value_json } : { ok, reason },
          `${vector.name}, ${library}`,
        );
      }
    }
  });
}

const attributes = (line) => line.replace(/=[^;]*/, "");

for (const [name, vectors] of classes("cookies.json")) {
  test(`cookies: ${name}`, async () => {
    for (const vector of vectors) {
      for (const { now_ms, cookie, options, read, steps } of vector.requests) {
        const wanted = {
          session_json: read.throws ? "{}" : read.session_json,
          reason: read.reason ?? null,
          set_cookie: steps.flatMap((step) => step.set_cookie ?? []).map(attributes),
          threw: Boolean(read.throws) || steps.some((step) => step.throws),
        };
        const request = {
          cookie_header: cookie,
          options: { ...vector.options, ...options },
          steps: steps.map(({ op, data_json }) => ({ op, data: data_json && JSON.parse(data_json) })),
        };
        const response = await at(now_ms, () => conversation(request)).then(
          (details) => ({ details, threw: false }),
          ({ details }) => ({ details, threw: true }),
        );
        assert.deepEqual(
          {
            session_json: JSON.stringify(response.details.session),
            reason: response.details.reason,
            set_cookie: response.details.set_cookie.map(attributes),
            threw: response.threw,
          },
          wanted,
          vector.name,
        );
      }
    }
  });
}
