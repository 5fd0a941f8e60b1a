import { session } from "../../session.js";

export async function GET() {
  const changed = await session();
  changed.visits += 1;
  await changed.save();
  return new Response("counted");
}
