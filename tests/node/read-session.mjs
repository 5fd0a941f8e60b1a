/**
 * Reads a session, compressed or not. `seal` is the cookie's value, chunks joined; `passwords` maps ids
 * to texts. Throws when the seal is forged, expired, or none.
 */
export async function readSession(seal, passwords) {
  const parts = seal.split("~", 1)[0].split("*");
  const [prefix, id, encSalt, iv, ciphertext, expires, macSalt, mac] = parts;
  if (parts.length !== 8 || prefix !== "Fe26.2" || !Object.hasOwn(passwords, id)) throw new Error("no seal of ours");

  const utf8 = (text) => new TextEncoder().encode(text);
  const binary = (text) => atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = (text) => Uint8Array.from(binary(text), (byte) => byte.charCodeAt(0));
  const password = await crypto.subtle.importKey("raw", utf8(passwords[id]), "PBKDF2", false, ["deriveKey"]);
  const key = (salt, algorithm, usage) => {
    const derivation = { name: "PBKDF2", hash: "SHA-1", salt: utf8(salt), iterations: 1 };
    return crypto.subtle.deriveKey(derivation, password, algorithm, false, [usage]);
  };

  const macKey = await key(macSalt, { name: "HMAC", hash: "SHA-256", length: 256 }, "verify");
  const signed = utf8(parts.slice(0, 6).join("*"));
  if (!(await crypto.subtle.verify("HMAC", macKey, bytes(mac), signed))) throw new Error("forged");
  if (expires && Number(expires) <= Date.now() - 60_000) throw new Error("expired");

  const encKey = await key(encSalt, { name: "AES-CBC", length: 256 }, "decrypt");
  const decrypted = await crypto.subtle.decrypt({ name: "AES-CBC", iv: bytes(iv) }, encKey, bytes(ciphertext));
  const payload = new Uint8Array(decrypted);
  if (payload[0] >= 9) return JSON.parse(new TextDecoder().decode(payload));
  if (payload[0] !== 1) throw new Error("an unknown form");
  const deflated = new Blob([payload.subarray(3, 3 + (payload[1] << 8) + payload[2])]);
  const inflated = deflated.stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(inflated).text());
}
