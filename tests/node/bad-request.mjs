/** The caller's own mistake, as opposed to a library's refusal. */
export class BadRequest extends Error {}

/** The entry of `table` under `name`. */
export function pick(table, what, name) {
  if (!Object.hasOwn(table, name)) {
    throw new BadRequest(`unknown ${what} ${name}, expected one of ${Object.keys(table).join(", ")}`);
  }
  return table[name];
}
