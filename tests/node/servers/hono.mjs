import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { getIronSession, webCookies } from "iron-session";

import { mergeInto } from "../merge.mjs";
import { port, sessionOptions } from "./settings.mjs";

const app = new Hono();
app.use(async (c, next) => {
  // After `next`, the headers of `c.res` are those of the response.
  const headers = new Headers();
  const cookies = webCookies(c.req.raw, headers);
  c.set("session", await getIronSession(cookies, sessionOptions));
  await next();
  for (const line of headers.getSetCookie()) c.header("set-cookie", line, { append: true });
});

app.get("/session", (c) => c.json(c.var.session));

app.post("/merge", async (c) => {
  mergeInto(c.var.session, await c.req.json());
  await c.var.session.save();
  return c.json(c.var.session);
});

app.post("/delete", async (c) => {
  for (const key of (await c.req.json()).keys) delete c.var.session[key];
  await c.var.session.save();
  return c.json(c.var.session);
});

app.post("/logout", (c) => {
  c.var.session.destroy();
  return c.json(c.var.session);
});

serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, (info) => {
  console.log(`listening on http://127.0.0.1:${info.port}`);
});
