// A letter in cookies of its own, which are compressed where that spares one.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";

const REPEATING = "Dear all,\n\nthe paper has arrived, and the ink with it.\n".repeat(80);

export async function letter(open) {
  const shop = await open();

  async function keep(text) {
    await shop.go("/letter");
    await shop.see("letter").fill(text);
    const response = await shop.submit(() => shop.see("keep").click());
    assert.equal(response.status(), 303);
  }

  /** The letter is this one, and laid out so: on the page and in the browser. */
  async function check(text, cookies, compressed) {
    await shop.go("/letter");
    assert.equal(await shop.see("letter").inputValue(), text);
    const panel = shop.see("draft");
    const told = await panel.getByTestId("form").evaluate(({ dataset }) => ({ ...dataset }));
    assert.deepEqual([told.cookies, told.compressed], [cookies, compressed].map(String));
    const kept = (await shop.context.cookies()).map(({ name }) => name).filter((name) => name.startsWith("letter"));
    assert.deepEqual(kept.sort(), cookies === 1 ? ["letter"] : ["letter.0", "letter.1"]);
    assert.deepEqual(await panel.getByTestId("cookie").locator("code").allInnerTexts(), kept);
  }

  await shop.signIn();
  await shop.go("/letter");
  assert.equal(await shop.see("draft").count(), 0);
  await keep("\nDear Ada,");
  await check("\nDear Ada,", 1, false);
  await keep(REPEATING);
  await check(REPEATING, 1, true);
  // Nothing repeats in this one: to compress it spares no cookie.
  const random = randomBytes(3600).toString("base64");
  await keep(random);
  await check(random, 2, false);
  await keep(REPEATING);
  await check(REPEATING, 1, true);

  await keep("x".repeat(5001));
  assert.match(await shop.see("notice").innerText(), /at most 5000 bytes/);
  await check(REPEATING, 1, true);

  await keep("");
  assert.equal(await shop.see("draft").count(), 0);
  await keep("For nobody's eyes");
  await shop.signOut();
  const left = (await shop.context.cookies()).map(({ name }) => name);
  assert.deepEqual(left.filter((name) => name.startsWith("letter")), []);
}
