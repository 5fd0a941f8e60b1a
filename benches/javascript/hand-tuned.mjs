// The same seal, hand-written with only Node's synchronous crypto: the fastest version without
// a library. It can read its own seals and those of the other libraries, but it is no general
// library.

import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  pbkdf2Sync,
  randomFillSync,
  timingSafeEqual,
} from "node:crypto";

const random = Buffer.allocUnsafeSlow(80);

const key = (password, salt) => pbkdf2Sync(password, salt, 1, 32, "sha1");

const sign = (password, salt, text) => createHmac("sha256", key(password, salt)).update(text).digest();

export function seal(payload, password, ttl_ms) {
  randomFillSync(random);
  const salt = random.toString("hex", 0, 32);
  const macSalt = random.toString("hex", 32, 64);
  const iv = random.subarray(64);
  const cipher = createCipheriv("aes-256-cbc", key(password, salt), iv);
  const ciphertext =
    cipher.update(JSON.stringify(payload), "utf8", "base64url") + cipher.final("base64url");
  const text = `Fe26.2*1*${salt}*${iv.toString("base64url")}*${ciphertext}*${Date.now() + ttl_ms}`;
  return `${text}*${macSalt}*${sign(password, macSalt, text).toString("base64url")}~2`;
}

export function unseal(seal, password) {
  const [prefix, id, salt, iv, ciphertext, expires, macSalt, mac] = seal.split("~", 1)[0].split("*");
  const text = seal.slice(0, seal.length - 2 - mac.length - macSalt.length - 2);
  const expected = sign(password, macSalt, text);
  if (prefix !== "Fe26.2" || id !== "1" || !timingSafeEqual(expected, Buffer.from(mac, "base64url"))) {
    throw new Error("not a valid seal");
  }
  if (Number(expires) <= Date.now() - 60_000) throw new Error("expired");
  const decipher = createDecipheriv("aes-256-cbc", key(password, salt), Buffer.from(iv, "base64url"));
  return JSON.parse(decipher.update(ciphertext, "base64url", "utf8") + decipher.final("utf8"));
}
