import { cookies } from "next/headers";

import { getSession } from "./server-session";
import { clear, type Session } from "./session";

/** The password of every user of the demo. */
export const PASSWORD = "blotting-paper";

/** `expires_in = "5m"` in Rust. */
const SUDO_MS = 5 * 60_000;

/** Signs a user in, and returns the page to return to; or what is wrong. */
export async function signIn(name: unknown, password: unknown) {
  if (typeof name !== "string" || !/^[^\p{Cc}]{1,40}$/u.test(name.trim())) {
    return { mistake: "Please enter any name of 1 to 40 characters." };
  }
  if (password !== PASSWORD) {
    return { mistake: "That is not the password. You can find it below its field. Mind the hyphen." };
  }
  const session = await getSession();
  const { cart, returnTo = "/account" } = session;
  // A new session, as `sign_in` in Rust starts one: nothing but the cart gets into it.
  clear(session);
  const now = Date.now();
  Object.assign(session, {
    $: { iat: Math.floor(now / 1000) },
    userName: name.trim(),
    sudo: { value: "password", until_ms: now + SUDO_MS },
    ...(cart && { cart }),
  } satisfies Session);
  await session.save();
  return { returnTo };
}

/** Signs the user out, and deletes the letter, which Rust keeps in cookies of its own. */
export async function signOut() {
  (await getSession()).destroy();
  const jar = await cookies();
  for (const name of ["letter", "letter.0", "letter.1"]) {
    if (jar.has(name)) jar.set(name, "", { path: "/", maxAge: 0, secure: true });
  }
}
