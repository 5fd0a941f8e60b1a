// A cart that grows, and cookies that do not open.

import assert from "node:assert/strict";

/** How many lines a cart may have. */
const MAX_LINES = 52;

export async function cart(open) {
  const shop = await open();
  await shop.add("fountain-pen", '<b>"Ada" & co</b>');
  await shop.add("fountain-pen", '<b>"Ada" & co</b>');
  await shop.signIn();
  await shop.add("pencil");
  await shop.go("/cart");
  await shop.setQuantity("pencil", "", 7);
  let expected = [
    ["fountain-pen", '<b>"Ada" & co</b>', 2],
    ["pencil", "", 7],
  ];

  /** The cart is this one, on the page and in the cookies, and it is in this many of them. */
  async function check(cookies) {
    assert.deepEqual(await shop.cart(), expected);
    const { userName, cart } = await shop.session();
    assert.equal(userName, "Ada Lovelace");
    assert.deepEqual(
      cart.map(({ product, printed, quantity }) => [product, printed, quantity]),
      expected,
    );
    const names = Array.from({ length: cookies }, (_, index) => `app_session.${index}`);
    assert.deepEqual(await shop.cookieNames(), cookies === 1 ? ["app_session"] : names);
    const shown = await shop.see("cookie").locator("code").allInnerTexts();
    assert.deepEqual(shown, await shop.cookieNames(), "the panel shows what the browser keeps");
    assert.equal(await shop.see("form").getAttribute("data-cookies"), String(cookies));
  }

  /** Takes over what the page shows, once it has been seen that only the end is new. */
  async function grown(lines) {
    const cart = await shop.cart();
    assert.deepEqual(cart.slice(0, expected.length), expected);
    assert.equal(cart.length, expected.length + lines);
    assert.equal(new Set(cart.map(String)).size, cart.length);
    expected = cart;
  }

  await check(1);
  assert.equal((await shop.addTeam()).status(), 303);
  await grown(40);
  await check(2);

  // Down to one cookie, line by line from the end.
  while ((await shop.cookieNames()).length > 1) {
    const [product, printed] = expected.pop();
    await shop.remove(product, printed);
    assert.ok(expected.length > 2, "still in chunks, and nearly empty");
  }
  await check(1);
  await shop.checkResponses();

  /** What the field's bound does not allow is refused by a page, and the cart is as it was. */
  async function refused(response, cookies) {
    assert.equal(response.status(), 422);
    const lines = expected.length;
    const told = new RegExp(`^A cart holds at most ${MAX_LINES} lines.*as it was, with ${lines} lines\\.$`);
    assert.match(await shop.see("too-large").innerText(), told);
    await check(cookies);
  }

  assert.ok(expected.length + 40 > MAX_LINES);
  await refused(await shop.addTeam(), 1);

  // Up to the bound, with names as long as they can be: through every number of cookies, and within them.
  await shop.clearCart();
  expected = [];
  const seen = new Set();
  while (expected.length < MAX_LINES) {
    const printed = String.fromCodePoint(0x4e00 + expected.length).padEnd(24, "語");
    assert.equal((await shop.add("field-notebook", printed)).status(), 303);
    expected.push(["field-notebook", printed, 1]);
    seen.add((await shop.cookies()).length);
  }
  assert.deepEqual([...seen], [1, 2, 3, 4]);
  await check(4);
  const { cart, all, fit } = await shop.budget();
  assert.ok(cart.now > 8000 && cart.now <= cart.max, JSON.stringify(cart));
  assert.ok(all.now <= all.max && all.max <= fit, JSON.stringify({ all, fit }));
  await refused(await shop.add("pencil"), 4);
  assert.equal((await shop.add("field-notebook", expected[0][1])).status(), 303, "no line of its own");
  expected[0][2] = 2;
  await check(4);

  await shop.clearCart();
  expected = [];
  await check(1);
  assert.ok((await shop.checkResponses()) > 0);
}

export async function unreadable(open) {
  const shop = await open();
  await shop.go("/");
  const cookie = { url: shop.page.url(), httpOnly: true, secure: true, sameSite: "Lax" };
  await shop.context.addCookies([{ ...cookie, name: "app_session", value: "Fe26.2*1*of*another*kind" }]);

  const response = await shop.go("/cart");
  assert.equal(response.status(), 200);
  assert.equal(await shop.see("not-opened").count(), 1);
  assert.equal(await shop.see("cart-empty").count(), 1);

  await shop.add("ruler");
  assert.deepEqual(await shop.cart(), [["ruler", "", 1]]);
  assert.equal(await shop.see("not-opened").count(), 0);
  assert.deepEqual(await shop.cookieNames(), ["app_session"]);
}
