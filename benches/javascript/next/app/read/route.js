import { session } from "../../session.js";

export async function GET() {
  const { name } = await session();
  return new Response(name);
}
