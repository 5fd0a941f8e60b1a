const index = 0;
const imports = ["_app/immutable/nodes/0.Cbk9zJlY.js","_app/immutable/chunks/xihTtKlq.js","_app/immutable/chunks/yQQ31W8E.js"];
const stylesheets = [];
const fonts = [];

export { fonts, imports, index, stylesheets };
//# sourceMappingURL=0.js-QwU4WY0f.js.map
