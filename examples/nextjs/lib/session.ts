// The session that Next.js and the Rust shop share.

import type { IncomingMessage, ServerResponse } from "node:http";

import { getIronSession, type IronSession, type SessionOptions } from "iron-session";

import type { AppSession } from "./app-session";
import type { Wrapping } from "./wrapping";

/** The Rust struct, and a member of our own. Rust does not know it, and keeps it. */
export type Session = AppSession & { wrapping?: Wrapping };

export type Shown = Omit<Session, "csrf">;

const { IDLE_TIMEOUT_SECS = "600", ABSOLUTE_TIMEOUT_SECS = "3600", INSECURE_COOKIES } = process.env;

/** The same settings as in Rust. A function, because `next build` has no password. */
export function options(): SessionOptions {
  const secret = process.env.SESSION_SECRET;
  if (!secret) throw new Error("SESSION_SECRET is not set. `npm run dev` and `npm start` create one.");
  return {
    cookieName: "app_session",
    password: secret.startsWith("{") ? JSON.parse(secret) : secret,
    ttl: Number(IDLE_TIMEOUT_SECS),
    // `max_cookies = 4` in Rust.
    chunk: true,
    cookieOptions: { secure: INSECURE_COOKIES !== "1" },
  };
}

/** Opens the session in the proxy, in API routes and in `getServerSideProps`. */
export async function openSession(request: Request | IncomingMessage, response: Response | ServerResponse) {
  return inTime(await getIronSession<Session>(request, response, options()));
}

/** Empties a session that is past the absolute timeout, which iron-session does not know. */
export function inTime(session: IronSession<Session>) {
  const issuedAt = session.$?.iat ?? Infinity;
  if (Date.now() / 1000 - issuedAt > Number(ABSOLUTE_TIMEOUT_SECS)) clear(session);
  return session;
}

/** Returns what a page may show: all but the token of the shop's forms. */
export function shown({ csrf: _, ...session }: Session): Shown {
  return session;
}

/** Removes all members: ours, and those of Rust. */
export function clear(session: IronSession<Session>) {
  for (const member of Object.keys(session)) delete session[member as keyof Session];
}
