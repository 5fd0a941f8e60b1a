// The session for scripts and for pages without Server Actions. The proxy refuses requests from other origins.

import { getSession } from "@/lib/server-session";
import { signIn, signOut } from "@/lib/sign-in";

export async function GET() {
  const { userName = null } = await getSession();
  return Response.json({ userName });
}

export async function POST(request: Request) {
  const { name, password } = await request.json();
  const result = await signIn(name, password);
  return Response.json(result, { status: "mistake" in result ? 422 : 200 });
}

export async function DELETE() {
  await signOut();
  return new Response(null, { status: 204 });
}
