import { j as json } from '../../../chunks/utils.js-Z48v0_SA.js';
import '../../../chunks/shared.js-2GeJ0_iK.js';

// ../../merge.mjs
var isPlainObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** Object.assign, but objects inside objects are merged instead of replaced. */
function mergeInto(target, patch) {
	for (const [key, value] of Object.entries(patch)) if (isPlainObject(value) && Object.hasOwn(target, key) && isPlainObject(target[key])) mergeInto(target[key], value);
	else target[key] = value;
}
// src/routes/merge/+server.js
async function POST({ locals, request }) {
	mergeInto(locals.session, await request.json());
	await locals.session.save();
	return json(locals.session);
}

export { POST };
//# sourceMappingURL=_server.js-Cw7M2o2Y.js.map
