import { json } from "@sveltejs/kit";

export function POST({ locals }) {
  locals.session.destroy();
  return json(locals.session);
}
