import { j as json } from '../../../chunks/utils.js-Z48v0_SA.js';
import '../../../chunks/shared.js-2GeJ0_iK.js';

// src/routes/logout/+server.js
function POST({ locals }) {
	locals.session.destroy();
	return json(locals.session);
}

export { POST };
//# sourceMappingURL=_server.js-JstG1Ipu.js.map
