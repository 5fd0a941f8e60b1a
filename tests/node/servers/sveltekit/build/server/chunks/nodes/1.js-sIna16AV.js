const index = 1;
let component_cache;
const component = async () => component_cache ??= (await import('../entries/fallbacks/error.svelte.js-BQPXsG3M.js')).default;
const imports = ["_app/immutable/nodes/1.BEXH7grC.js","_app/immutable/chunks/xihTtKlq.js","_app/immutable/chunks/yQQ31W8E.js","_app/immutable/chunks/DuvvWyTh.js"];
const stylesheets = [];
const fonts = [];

export { component, fonts, imports, index, stylesheets };
//# sourceMappingURL=1.js-sIna16AV.js.map
