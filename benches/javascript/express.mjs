// Express, alone and with iron-session 9. It has the same routes `/bare`, `/read` and `/change`
// as the other applications. SESSION_SECRET and COOKIE_NAME come from the environment; the
// first line of output contains the address on which it listens.

import express from "express";
import { getIronSession } from "iron-session";

const options = { cookieName: process.env.COOKIE_NAME, password: process.env.SESSION_SECRET };

const app = express();
app.get("/bare", (request, response) => response.send("Ada Lovelace"));
app.get("/read", async (request, response) => {
  const session = await getIronSession(request, response, options);
  response.send(session.name);
});
app.get("/change", async (request, response) => {
  const session = await getIronSession(request, response, options);
  session.visits += 1;
  await session.save();
  response.send("counted");
});

const server = app.listen(0, "127.0.0.1", (error) => {
  if (error) throw error;
  console.log(`listening on 127.0.0.1:${server.address().port}`);
});
