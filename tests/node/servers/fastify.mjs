import Fastify from "fastify";
import { getIronSession } from "iron-session";

import { mergeInto } from "../merge.mjs";
import { port, sessionOptions } from "./settings.mjs";

const app = Fastify();
app.decorateRequest("session", null);
app.addHook("onRequest", async (request, reply) => {
  request.session = await getIronSession(request.raw, reply.raw, sessionOptions);
});

app.get("/session", async ({ session }) => session);

app.post("/merge", async ({ session, body }) => {
  mergeInto(session, body);
  await session.save();
  return session;
});

app.post("/delete", async ({ session, body }) => {
  for (const key of body.keys) delete session[key];
  await session.save();
  return session;
});

app.post("/logout", async ({ session }) => {
  session.destroy();
  return session;
});

console.log(`listening on ${await app.listen({ port, host: "127.0.0.1" })}`);
