import express from "express";
import { getIronSession } from "iron-session";

import { mergeInto } from "../merge.mjs";
import { port, sessionOptions } from "./settings.mjs";

const app = express();
app.use(express.json());
app.use(async (request, response, next) => {
  request.session = await getIronSession(request, response, sessionOptions);
  next();
});

app.get("/session", ({ session }, response) => response.json(session));

app.post("/merge", async ({ session, body }, response) => {
  mergeInto(session, body);
  await session.save();
  response.json(session);
});

app.post("/delete", async ({ session, body }, response) => {
  for (const key of body.keys) delete session[key];
  await session.save();
  response.json(session);
});

app.post("/logout", ({ session }, response) => {
  session.destroy();
  response.json(session);
});

const server = app.listen(port, "127.0.0.1", (error) => {
  if (error) throw error;
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
