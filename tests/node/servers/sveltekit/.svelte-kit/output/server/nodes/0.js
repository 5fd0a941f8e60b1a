

export const index = 0;
export const imports = ["_app/immutable/nodes/0.Cbk9zJlY.js","_app/immutable/chunks/xihTtKlq.js","_app/immutable/chunks/yQQ31W8E.js"];
export const stylesheets = [];
export const fonts = [];
