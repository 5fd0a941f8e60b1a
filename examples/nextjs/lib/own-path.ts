/**
 * Returns a path of this site, by the rules of Rust's `ReturnTo`; `undefined` for anything else. A
 * link may bring any text, and a redirect to `//evil.example` would leave the site.
 */
export function ownPath(path: unknown): string | undefined {
  if (typeof path !== "string" || !/^\/[!-~]{0,1023}$/.test(path) || /["#<>\\]/.test(path)) return undefined;
  return path.split("?", 1)[0]?.includes("//") ? undefined : path;
}
