import { H3, readBody, serve, useSession } from "h3-2";

import { mergeInto } from "../merge.mjs";
import { port, sessionOptions } from "./settings.mjs";

const config = {
  name: sessionOptions.cookieName,
  password: sessionOptions.password,
  maxAge: 60 * 60,
};

const app = new H3();

app.get("/session", async (event) => (await useSession(event, config)).data);

app.post("/merge", async (event) => {
  const session = await useSession(event, config);
  const members = await readBody(event);
  await session.update((data) => mergeInto(data, members));
  return session.data;
});

app.post("/delete", async (event) => {
  const session = await useSession(event, config);
  for (const key of (await readBody(event)).keys) delete session.data[key];
  await session.update({});
  return session.data;
});

app.post("/logout", async (event) => {
  const session = await useSession(event, config);
  await session.clear();
  return {};
});

const server = serve(app, { port, hostname: "127.0.0.1", silent: true });
await server.ready();
console.log(`listening on ${server.url}`);
