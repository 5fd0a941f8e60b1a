// The ends of a session: the countdown in the panel, and what happens when it reaches zero.

import assert from "node:assert/strict";

const IDLE_SECS = 10 * 60;
const ABSOLUTE_SECS = 60 * 60;

/** Waits for the sign-in page, to which the countdown sends a user. */
async function waitForEnd(page) {
  await page.waitForURL((url) => url.pathname === "/login", { timeout: 60_000 });
  assert.match(await page.getByTestId("notice").innerText(), /^Your session has expired\./);
  assert.equal(await page.getByTestId("user").count(), 0);
}

/** Both ends are shown, and move. */
export async function countdown(open) {
  const shop = await open();
  await shop.go("/");
  assert.equal(await shop.see("idle-end").innerText(), "–", "who only looks has no session");

  await shop.signIn();
  const first = await shop.timeLeft();
  assert.ok(first.idle > IDLE_SECS - 30 && first.idle <= IDLE_SECS, JSON.stringify(first));
  assert.ok(first.absolute > ABSOLUTE_SECS - 30 && first.absolute <= ABSOLUTE_SECS, JSON.stringify(first));
  const movesFrom = (testId, text) =>
    shop.page.waitForFunction(
      ([testId, text]) => document.querySelector(`[data-testid=${testId}]`).innerText !== text,
      [testId, text],
    );
  for (const end of ["idle-end", "absolute-end"]) await movesFrom(end, await shop.see(end).innerText());
  const later = await shop.timeLeft();
  assert.ok(later.idle < first.idle && later.absolute < first.absolute, JSON.stringify([first, later]));
  assert.equal(shop.path, "/");

  await shop.signIn({ remember: true });
  const remembered = await shop.timeLeft();
  assert.ok(remembered.idle > ABSOLUTE_SECS - 30, JSON.stringify(remembered));
}

/** Who does nothing is sent to the sign-in page at the end, told why, and led back. */
export async function expired(open) {
  const shop = await open();
  for (const remember of [false, true]) {
    await shop.signIn({ remember });
    await shop.go("/checkout?gift=yes&for=Grace%20H.");
    await waitForEnd(shop.page);
    assert.equal(shop.page.url().includes("expired"), true);
    await shop.signIn({ remember: false });
    assert.ok(shop.page.url().endsWith("/checkout?gift=yes&for=Grace%20H."), shop.page.url());
  }
}

/** A tab that only counts does not end the session that another tab uses, and does not extend it. */
export async function otherTab(open) {
  const shop = await open();
  await shop.signIn();
  const counting = shop.page;
  const { idle } = await shop.timeLeft();
  const busy = await shop.context.newPage();
  const until = Date.now() + (idle + 3) * 1000;
  while (Date.now() < until) {
    await busy.goto("/cart");
    await busy.waitForTimeout(250);
  }
  assert.equal(new URL(counting.url()).pathname, "/");
  assert.equal(await counting.getByTestId("user").count(), 1);
  await Promise.all([waitForEnd(counting), waitForEnd(busy)]);
}

/** The absolute end comes although the user is busy, and the idle end does not. */
export async function absoluteEnd(open) {
  const shop = await open();
  await shop.signIn();
  const first = await shop.timeLeft();
  assert.ok(first.absolute >= first.idle + 4, JSON.stringify(first));
  const signedInAt = Date.now();

  let isOver = false;
  const end = waitForEnd(shop.page).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await shop.context.request.get(new URL("/cart", shop.page.url()).href);
    await shop.page.waitForTimeout(250);
  }
  await end;
  const passed = (Date.now() - signedInAt) / 1000;
  assert.ok(passed > first.idle + 2, `${passed} s`);
}
