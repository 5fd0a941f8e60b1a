import { getIronSession } from "iron-session";
import { cookies } from "next/headers";

import { inTime, options, type Session } from "./session";

/** Opens the session in Server Components, Server Actions and Route Handlers. */
export async function getSession() {
  return inTime(await getIronSession<Session>(await cookies(), options()));
}
