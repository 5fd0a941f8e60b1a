const isPlainObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Object.assign, but objects inside objects are merged instead of replaced. */
export function mergeInto(target, patch) {
  for (const [key, value] of Object.entries(patch)) {
    if (isPlainObject(value) && Object.hasOwn(target, key) && isPlainObject(target[key])) {
      mergeInto(target[key], value);
    } else {
      target[key] = value;
    }
  }
}
