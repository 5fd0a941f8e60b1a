// Each library behind one pair of functions:
//   seal(value, passwords, ttl_secs) -> text       unseal(text, passwords) -> value
// Both throw where the library says no; an error's `details` go into the response.

import Iron from "@hapi/iron";
import { sessionEncryption as authkit } from "@workos/authkit-session";
import * as h3 from "h3";
import * as h3v2 from "h3-2";
import * as ironSession from "iron-session";
import * as ironSession8 from "iron-session-8";
import * as ironWebcrypto from "iron-webcrypto";
import * as ironWebcrypto1 from "iron-webcrypto-1";

import { all, newest } from "./passwords.mjs";

// Only iron-session cuts its `~2` off again; to the others it is part of the MAC.
const withoutMarker = (seal) => seal.split("~", 1)[0];

const milliseconds = (ttl_secs = 0) => ttl_secs * 1000;

const ironSession9 = {
  seal: (value, passwords, ttl) =>
    ironSession.sealData(value, { password: all(passwords), ...(ttl !== undefined && { ttl }) }),

  async unseal(seal, passwords) {
    let refused;
    const onUnsealError = (reason, cause) => {
      refused = Object.assign(new Error(cause.message, { cause }), { details: { reason } });
    };
    const value = await ironSession.unsealData(seal, { password: all(passwords), onUnsealError });
    if (refused) throw refused;
    return value;
  },
};

const ironSession8Peer = {
  seal: (value, passwords, ttl) =>
    ironSession8.sealData(value, { password: all(passwords), ...(ttl !== undefined && { ttl }) }),

  async unseal(seal, passwords) {
    const password = all(passwords);
    const value = await ironSession8.unsealData(seal, { password });
    // An unreadable seal is `{}` here, as an empty session is. The library underneath, in the
    // version that iron-session 8 uses, tells them apart: it throws.
    if (Object.keys(value).length === 0) {
      const map = typeof password === "string" ? { 1: password } : password;
      await ironWebcrypto1.unseal(crypto, withoutMarker(seal), map, ironWebcrypto1.defaults);
    }
    return value;
  },
};

const ironWebcryptoPeer = {
  seal: (value, passwords, ttl_secs) =>
    ironWebcrypto.seal(value, newest(passwords), {
      ...ironWebcrypto.defaults,
      ttl: milliseconds(ttl_secs),
    }),
  unseal: (seal, passwords) =>
    ironWebcrypto.unseal(withoutMarker(seal), all(passwords), ironWebcrypto.defaults),
};

const hapiIron = {
  seal: (value, passwords, ttl_secs) =>
    Iron.seal(value, newest(passwords), { ...Iron.defaults, ttl: milliseconds(ttl_secs) }),
  unseal: (seal, passwords) => Iron.unseal(withoutMarker(seal), all(passwords), Iron.defaults),
};

// The encryption of AuthKit's own cookie. Its one password has the id 1.
const workosAuthkit = {
  seal: (value, passwords, ttl_secs) => authkit.sealData(value, { password: all(passwords), ttl: ttl_secs }),
  unseal: (seal, passwords) => authkit.unsealData(seal, { password: all(passwords) }),
};

// h3 seals the session that hangs on the event, whole: the value stands in for it. What h3
// itself puts there is {"id":"…","createdAt":…,"data":{…}}.
function h3Peer({ sealSession, unsealSession }, options) {
  const name = "session";
  return {
    seal: (value, passwords, ttl_secs) =>
      sealSession(
        { context: { sessions: { [name]: value } } },
        { name, password: newest(passwords), maxAge: ttl_secs, ...options },
      ),
    unseal: (seal, passwords) =>
      unsealSession({ context: {} }, { name, password: all(passwords), ...options }, withoutMarker(seal)),
  };
}

// h3 2 derives its keys with 8192 rounds of PBKDF2 where everybody else takes one. This is what
// its users write to share a seal; both halves are needed whole, h3 merges one level deep only.
const sharedSeal = {
  seal: {
    encryption: ironWebcrypto.defaults.encryption,
    integrity: ironWebcrypto.defaults.integrity,
  },
};

/** Those that know no rotation, and so are not asked to open what others seal. */
export const withOnePassword = { "workos-authkit": workosAuthkit };

export const libraries = {
  "iron-session-9": ironSession9,
  "iron-session-8": ironSession8Peer,
  "iron-webcrypto": ironWebcryptoPeer,
  "hapi-iron": hapiIron,
  h3: h3Peer(h3),
  "h3-2": h3Peer(h3v2, sharedSeal),
};
