// The packages are one directory up, together with those of the other programs.
const root = new URL("..", import.meta.url).pathname;

export default { outputFileTracingRoot: root, turbopack: { root } };
