import { getIronSession } from "iron-session";
// ../settings.mjs
var { SESSION_SECRET: secret, COOKIE_NAME = "app_session", PORT = "0" } = process.env;
if (!secret) throw new Error("SESSION_SECRET is not set");
Number(PORT);
var sessionOptions = {
	cookieName: COOKIE_NAME,
	password: secret.startsWith("{") ? JSON.parse(secret) : secret,
	chunk: true,
	onUnsealError: (reason) => console.error(`unreadable cookie: ${reason}`)
};
// src/hooks.server.js
async function handle({ event, resolve }) {
	const { cookies } = event;
	const jar = {
		read: (name) => cookies.get(name),
		write: (name, value, options) => cookies.set(name, value, options)
	};
	event.locals.session = await getIronSession(jar, sessionOptions);
	return resolve(event);
}
export { handle };
