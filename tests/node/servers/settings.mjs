// The settings of every server here. They come from the environment:
//   SESSION_SECRET   the password, or a JSON map of ids to passwords
//   COOKIE_NAME      app_session unless set
//   PORT             any free one unless set

const { SESSION_SECRET: secret, COOKIE_NAME = "app_session", PORT = "0" } = process.env;
if (!secret) throw new Error("SESSION_SECRET is not set");

export const port = Number(PORT);

export const sessionOptions = {
  cookieName: COOKIE_NAME,
  password: secret.startsWith("{") ? JSON.parse(secret) : secret,
  chunk: true,
  onUnsealError: (reason) => console.error(`unreadable cookie: ${reason}`),
};
