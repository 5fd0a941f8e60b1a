import type { NextApiRequest, NextApiResponse } from "next";

import { openSession } from "@/lib/session";
import { WRAPPINGS } from "@/lib/wrapping";

/** Stores the wrapping in the session. The proxy refuses requests from other origins. */
export default async function handler(request: NextApiRequest, response: NextApiResponse) {
  if (request.method !== "PUT") return response.setHeader("Allow", "PUT").status(405).end();
  const session = await openSession(request, response);
  if (!session.userName) return response.status(401).end();
  const wrapping = WRAPPINGS.find((kind) => kind === request.body?.wrapping);
  if (!wrapping) return response.status(422).end();
  session.wrapping = wrapping;
  await session.save();
  response.status(204).end();
}
