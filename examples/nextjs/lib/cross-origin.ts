/**
 * Whether a page of another origin caused this request, and the request may change something.
 *
 * This is the rule of Rust's `CrossOriginGuard`. Next.js checks the origin of Server Actions, but
 * not of Route Handlers and API routes.
 */
export function isCrossOrigin({ method, headers }: Request): boolean {
  if (["GET", "HEAD", "OPTIONS"].includes(method)) return false;
  const site = headers.get("sec-fetch-site");
  if (site) return site !== "same-origin" && site !== "none";
  const origin = headers.get("origin");
  return !!origin && origin.split("://")[1] !== headers.get("host");
}
