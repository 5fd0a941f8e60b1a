import { json } from "@sveltejs/kit";

export async function POST({ locals, request }) {
  for (const key of (await request.json()).keys) delete locals.session[key];
  await locals.session.save();
  return json(locals.session);
}
