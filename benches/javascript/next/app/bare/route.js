// A page that is rendered for each request, without a session.
export const dynamic = "force-dynamic";

export function GET() {
  return new Response("Ada Lovelace");
}
