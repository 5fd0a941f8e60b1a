

export const index = 1;
let component_cache;
export const component = async () => component_cache ??= (await import('../entries/fallbacks/error.svelte.js')).default;
export const imports = ["_app/immutable/nodes/1.BEXH7grC.js","_app/immutable/chunks/xihTtKlq.js","_app/immutable/chunks/yQQ31W8E.js","_app/immutable/chunks/DuvvWyTh.js"];
export const stylesheets = [];
export const fonts = [];
