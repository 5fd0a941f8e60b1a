import { getIronSession } from "iron-session";

import { sessionOptions } from "../../settings.mjs";

export async function handle({ event, resolve }) {
  const { cookies } = event;
  const jar = {
    read: (name) => cookies.get(name),
    write: (name, value, options) => cookies.set(name, value, options),
  };
  event.locals.session = await getIronSession(jar, sessionOptions);
  return resolve(event);
}
