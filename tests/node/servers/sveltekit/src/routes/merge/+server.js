import { json } from "@sveltejs/kit";

import { mergeInto } from "../../../../../merge.mjs";

export async function POST({ locals, request }) {
  mergeInto(locals.session, await request.json());
  await locals.session.save();
  return json(locals.session);
}
