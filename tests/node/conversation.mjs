// One request and its response through `getIronSession` of iron-session 9, with Node's own request
// and response objects. The steps are those of the cookie vectors:
//   {"op":"set","data":{…}}      the session becomes exactly this
//   {"op":"merge","data":{…}}    Object.assign
//   {"op":"save"} {"op":"destroy"}

import { IncomingMessage, ServerResponse } from "node:http";

import { getIronSession } from "iron-session";

import { pick } from "./bad-request.mjs";
import { all } from "./passwords.mjs";

const steps = {
  set(session, { data }) {
    for (const member of Object.keys(session)) delete session[member];
    Object.assign(session, data);
  },
  merge: (session, { data }) => Object.assign(session, data),
  save: (session) => session.save(),
  destroy: (session) => session.destroy(),
};

// JSON has no `undefined` and no dates: `maxAge: null` and a text for `expires` stand for them.
function cookieOptions({ maxAge, expires, ...others }) {
  return {
    ...others,
    ...(maxAge !== undefined && { maxAge: maxAge ?? undefined }),
    ...(expires !== undefined && { expires: new Date(expires) }),
  };
}

function sessionOptions({ passwords, cookieOptions: attributes, ...others }, onUnsealError) {
  return {
    ...others,
    password: all(passwords),
    ...(attributes && { cookieOptions: cookieOptions(attributes) }),
    onUnsealError,
  };
}

export async function conversation({ cookie_header, options, steps: wanted }) {
  const request = new IncomingMessage(null);
  request.headers = { cookie: cookie_header };
  const response = new ServerResponse(request);
  const outcome = { session: {}, reason: null, set_cookie: [] };
  try {
    const session = await getIronSession(
      request,
      response,
      sessionOptions(options, (reason) => (outcome.reason = reason)),
    );
    outcome.session = { ...session };
    for (const step of wanted) await pick(steps, "step", step.op)(session, step);
  } catch (error) {
    error.details = outcome;
    throw error;
  } finally {
    outcome.set_cookie = response.getHeader("set-cookie") ?? [];
  }
  return outcome;
}
