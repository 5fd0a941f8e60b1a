import { j as json } from '../../../chunks/utils.js-Z48v0_SA.js';
import '../../../chunks/shared.js-2GeJ0_iK.js';

// src/routes/delete/+server.js
async function POST({ locals, request }) {
	for (const key of (await request.json()).keys) delete locals.session[key];
	await locals.session.save();
	return json(locals.session);
}

export { POST };
//# sourceMappingURL=_server.js-CoiPUAlQ.js.map
