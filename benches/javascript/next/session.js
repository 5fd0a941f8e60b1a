import { getIronSession } from "iron-session";
import { cookies } from "next/headers";

export async function session() {
  const { COOKIE_NAME: cookieName, SESSION_SECRET: password } = process.env;
  return getIronSession(await cookies(), { cookieName, password });
}
