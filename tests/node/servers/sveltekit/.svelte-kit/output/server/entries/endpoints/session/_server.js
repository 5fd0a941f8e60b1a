import { json } from "@sveltejs/kit";
// src/routes/session/+server.js
var GET = ({ locals }) => json(locals.session);
export { GET };
