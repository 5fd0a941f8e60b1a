import { json } from "@sveltejs/kit";
// src/routes/logout/+server.js
function POST({ locals }) {
	locals.session.destroy();
	return json(locals.session);
}
export { POST };
