// A JavaScript service that shares its login with the Rust one: Express and iron-session 9, the
// same cookie name and password. `node shared-login.mjs` with, in the environment:
//   SESSION_SECRET   the password, or a JSON map of ids to passwords
//   COOKIE_NAME      app_session unless set
//   COOKIE_SECURE    0 for a cookie without `Secure`
//   PORT             any free one unless set
// It listens on the loopback only, and its first line of output says where.

import express from "express";
import { getIronSession } from "iron-session";

import { mergeInto } from "./merge.mjs";

const { SESSION_SECRET, COOKIE_NAME = "app_session", COOKIE_SECURE = "1", PORT = "0" } = process.env;
if (!SESSION_SECRET) {
  console.error("shared-login.mjs: SESSION_SECRET is not set");
  process.exit(1);
}

const options = {
  cookieName: COOKIE_NAME,
  password: SESSION_SECRET.startsWith("{") ? JSON.parse(SESSION_SECRET) : SESSION_SECRET,
  chunk: true,
  cookieOptions: { secure: COOKIE_SECURE !== "0" },
  onUnsealError: (reason) => console.error(`shared-login.mjs: unreadable cookie: ${reason}`),
};

const app = express();
app.use(express.json());
app.use(async (request, response, next) => {
  request.session = await getIronSession(request, response, options);
  next();
});

app.get("/session", (request, response) => response.json(request.session));

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

app.use((error, request, response, next) => {
  response.status(error.status ?? 500).json({ error: error.message });
});

const server = app.listen(Number(PORT), "127.0.0.1", (error) => {
  if (error) throw error;
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
