// A clock that a test can set. Every library here asks `Date.now()` and nothing else.

const system = Date.now;

/** Runs `work` while `Date.now()` returns `now_ms`; without `now_ms`, under the real clock. */
export async function at(now_ms, work) {
  if (now_ms !== undefined) Date.now = () => now_ms;
  try {
    return await work();
  } finally {
    Date.now = system;
  }
}
