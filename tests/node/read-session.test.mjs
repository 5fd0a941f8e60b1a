// The function that the book shows for JavaScript programs that only read.

import assert from "node:assert/strict";
import { createCipheriv, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";

import { sealData } from "iron-session";

import { at } from "./clock.mjs";
import { readSession } from "./read-session.mjs";

const passwords = { 1: "kX2vQ9mZ4tR7wL1pB6nH3sJ8dF5gY0cA" };
const session = { user: "ада", cart: Array.from({ length: 40 }, (_, n) => ({ sku: `SKU-${n}`, quantity: 1 })) };

/** Seals bytes, as the Rust side does; iron-session takes text only. */
function seal(payload, { expires = "", id = "1" } = {}) {
  const [encSalt, macSalt] = [0, 0].map(() => randomBytes(32).toString("hex"));
  const key = (salt) => pbkdf2Sync(passwords[1], salt, 1, 32, "sha1");
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-cbc", key(encSalt), iv);
  const ciphertext = Buffer.concat([cipher.update(payload), cipher.final()]);
  const signed = ["Fe26.2", id, encSalt, iv.toString("base64url"), ciphertext.toString("base64url"), expires];
  const mac = createHmac("sha256", key(macSalt)).update(signed.join("*")).digest("base64url");
  return `${[...signed, macSalt, mac].join("*")}~2`;
}

/** The form 1: the stream's length in two bytes, the stream, and zeros up to a bucket. */
function compressed(value) {
  const stream = deflateRawSync(JSON.stringify(value));
  const unpadded = Buffer.concat([Buffer.from([1, stream.length >> 8, stream.length & 255]), stream]);
  return Buffer.concat([unpadded, Buffer.alloc(-unpadded.length & 255)]);
}

test("what iron-session sealed", async () => {
  assert.deepEqual(await readSession(await sealData(session, { password: passwords }), passwords), session);
});

test("what was compressed", async () => {
  const payload = compressed(session);
  assert(payload.length < JSON.stringify(session).length / 2);
  assert.deepEqual(await readSession(seal(payload), passwords), session);
});

test("a seal is valid for its time and a minute more", async () => {
  const expiring = seal(compressed(session), { expires: "1763650000000" });
  assert.deepEqual(await at(1763650059999, () => readSession(expiring, passwords)), session);
  await assert.rejects(at(1763650060000, () => readSession(expiring, passwords)), /expired/);
});

test("what is no seal of ours", async () => {
  const ours = seal(compressed(session));
  const other = { 1: "T7uJ1eW9xM3zN5qV8rC2bK6aS4hD0gLf" };
  await assert.rejects(readSession(ours, other), /forged/);
  await assert.rejects(readSession(ours.replace("**", "*9999999999999*"), passwords), /forged/);
  await assert.rejects(readSession(ours, { 2: passwords[1] }), /no seal/);
  await assert.rejects(readSession(seal(compressed(session), { id: "constructor" }), passwords), /no seal/);
  await assert.rejects(readSession("", passwords), /no seal/);
  await assert.rejects(readSession(seal(Buffer.from([2, 0, 0])), passwords), /unknown form/);
});
