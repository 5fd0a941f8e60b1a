import { type NextRequest, NextResponse } from "next/server";

import { isCrossOrigin } from "@/lib/cross-origin";
import { openSession } from "@/lib/session";

export const config = { matcher: ["/login", "/account", "/wrapping", "/api/:path*"] };

/** The pages for signed-in users. */
const GUARDED = ["/account", "/wrapping"];

export async function proxy(request: NextRequest) {
  if (isCrossOrigin(request)) return new NextResponse(null, { status: 403 });
  const { pathname, search } = request.nextUrl;
  if (!GUARDED.includes(pathname)) return NextResponse.next();

  const response = NextResponse.next();
  const session = await openSession(request, response);
  if (session.userName) {
    // A visit extends the idle timeout.
    if (request.method === "GET") await session.save();
    return response;
  }

  const redirect = NextResponse.redirect(new URL("/login", request.url), 303);
  if (request.headers.get("sec-fetch-mode") === "navigate") {
    const visitor = await openSession(request, redirect);
    visitor.returnTo = pathname + search;
    await visitor.save();
  }
  return redirect;
}
