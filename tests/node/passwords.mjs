// Passwords as requests and vectors spell them, in the shapes that the libraries take:
//   {"string":"…"} | {"buffer_hex":"…"} | {"map":{"1":SECRET,"2":SECRET}}
//   SECRET: "…" | {"hex":"…"} | {"encryption":SECRET,"integrity":SECRET}

function secret(value) {
  if (typeof value === "string") return value;
  if (value.hex !== undefined) return Buffer.from(value.hex, "hex");
  return { encryption: secret(value.encryption), integrity: secret(value.integrity) };
}

/** What every library takes for unsealing, and iron-session for sealing too. */
export function all({ string, buffer_hex, map }) {
  if (string !== undefined) return string;
  if (buffer_hex !== undefined) return secret({ hex: buffer_hex });
  return Object.fromEntries(Object.entries(map).map(([id, value]) => [id, secret(value)]));
}

/**
 * What iron-webcrypto, hapi and h3 take for sealing: they don't choose among several, so the
 * highest id is chosen here. The id `default` is written as the empty one.
 */
export function newest(passwords) {
  if (passwords.map === undefined) return all(passwords);
  const ids = Object.keys(passwords.map);
  const id = ids.filter((id) => /^\d+$/.test(id)).sort((a, b) => b - a)[0] ?? ids[0];
  const value = secret(passwords.map[id]);
  return {
    id: id === "default" ? "" : id,
    ...(typeof value === "string" || Buffer.isBuffer(value) ? { secret: value } : value),
  };
}
