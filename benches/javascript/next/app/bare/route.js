// A page that is made anew for each request, without a session.
export const dynamic = "force-dynamic";

export function GET() {
  return new Response("Ada Lovelace");
}
