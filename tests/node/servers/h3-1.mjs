import { createServer } from "node:http";

import { createApp, createRouter, defineEventHandler, readBody, toNodeListener, useSession } from "h3";

import { mergeInto } from "../merge.mjs";
import { port, sessionOptions } from "./settings.mjs";

const config = {
  name: sessionOptions.cookieName,
  password: sessionOptions.password,
  maxAge: 60 * 60,
};

const router = createRouter();

router.get("/session", defineEventHandler(async (event) => (await useSession(event, config)).data));

router.post("/merge", defineEventHandler(async (event) => {
  const session = await useSession(event, config);
  const members = await readBody(event);
  await session.update((data) => mergeInto(data, members));
  return session.data;
}));

router.post("/delete", defineEventHandler(async (event) => {
  const session = await useSession(event, config);
  for (const key of (await readBody(event)).keys) delete session.data[key];
  await session.update({});
  return session.data;
}));

router.post("/logout", defineEventHandler(async (event) => {
  const session = await useSession(event, config);
  await session.clear();
  return {};
}));

const server = createServer(toNodeListener(createApp().use(router)));
server.listen(port, "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
