import HapiCookie from "@hapi/cookie";
import Hapi from "@hapi/hapi";
import Yar from "@hapi/yar";

import { port, sessionOptions } from "./settings.mjs";

const { password } = sessionOptions;
const server = Hapi.server({ port, host: "127.0.0.1" });

// @hapi/cookie: the session is the whole content of the cookie.
await server.register(HapiCookie);
server.auth.strategy("session", "cookie", {
  cookie: { name: "app_session", password, path: "/", isSecure: true, isSameSite: "Lax" },
});
server.auth.default({ strategy: "session", mode: "try" });

server.route([
  {
    method: "GET",
    path: "/session",
    handler: ({ auth }) => auth.artifacts ?? {},
  },
  {
    method: "POST",
    path: "/merge",
    handler({ auth, cookieAuth, payload }) {
      const session = { ...auth.artifacts, ...payload };
      cookieAuth.set(session);
      return session;
    },
  },
  {
    method: "POST",
    path: "/logout",
    handler({ cookieAuth }) {
      cookieAuth.clear();
      return {};
    },
  },
]);

// @hapi/yar: the session is `_store`, as long as the cookie has at most `maxCookieSize` characters.
await server.register({
  plugin: Yar,
  options: { name: "yar", storeBlank: false, maxCookieSize: 4000, cookieOptions: { password } },
});

server.route([
  {
    method: "GET",
    path: "/yar",
    handler: ({ yar }) => ({ user: yar.get("user"), visits: yar.get("visits") }),
  },
  {
    method: "POST",
    path: "/yar",
    handler({ yar, payload }) {
      yar.set(payload);
      return payload;
    },
  },
]);

await server.start();
console.log(`listening on ${server.info.uri}`);
