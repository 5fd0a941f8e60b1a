import { j as json } from '../../../chunks/utils.js-Z48v0_SA.js';
import '../../../chunks/shared.js-2GeJ0_iK.js';

// src/routes/session/+server.js
var GET = ({ locals }) => json(locals.session);

export { GET };
//# sourceMappingURL=_server.js-D4hKlXoC.js.map
