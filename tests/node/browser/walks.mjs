// The walks. Each gets a function that opens the browser, and a demo that nobody has used.

import assert from "node:assert/strict";

const DAY_SECS = 24 * 60 * 60;
const SKEW_SECS = 60;

export async function signIn(open) {
  const shop = await open();
  await shop.go("/");
  assert.deepEqual(await shop.cookieNames(), [], "looking around needs no cookie");

  // Somebody who is not signed in is sent away, and told why: once.
  await shop.go("/checkout");
  assert.equal(shop.path, "/login");
  assert.match(await shop.see("notice").innerText(), /sign in to check out/);
  await shop.page.reload();
  assert.equal(await shop.see("notice").count(), 0);
  assert.deepEqual(await shop.cookieNames(), [], "nothing is left, so no cookie is");

  const refused = await shop.signIn({ password: "blotting paper" });
  assert.equal(refused.status(), 422);
  assert.match(await shop.see("notice").innerText(), /not the password.*below its field/);
  assert.equal(await shop.see("name").inputValue(), "Ada Lovelace");
  assert.equal(await shop.see("password").inputValue(), "");
  assert.deepEqual(await shop.whoami(), { userName: null, piecesInCart: 0 });

  const accepted = await shop.signIn();
  assert.equal(accepted.status(), 303);
  assert.equal(shop.path, "/");
  assert.match(await shop.see("notice").innerText(), /^Welcome, Ada Lovelace\./);
  assert.equal((await shop.session()).notice.kind, "success", "it came with the cookie");
  await shop.page.reload();
  assert.equal(await shop.see("notice").count(), 0, "a flash is shown once");
  assert.equal((await shop.session()).notice, null);
  assert.equal(await shop.see("user").innerText(), "Ada Lovelace");
  assert.deepEqual(await shop.whoami(), { userName: "Ada Lovelace", piecesInCart: 0 });
  await shop.go("/checkout");
  assert.equal(shop.path, "/checkout");

  const [cookie] = await shop.cookies();
  const { name, httpOnly, secure, sameSite, path } = cookie;
  assert.deepEqual([name, httpOnly, secure, sameSite, path], ["app_session", true, true, "Lax", "/"]);
  assert.equal(await shop.page.evaluate(() => document.cookie), "", "no script sees it");
  assert.ok((await shop.checkAnswers()) > 0);
}

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
  await shop.checkAnswers();

  // Up to where it no longer fits.
  const seen = new Set();
  let answer;
  for (;;) {
    const before = await shop.cookies();
    answer = await shop.addTeam();
    if (answer.status() !== 303) {
      assert.deepEqual(await shop.cookies(), before, "what did not fit changed nothing");
      break;
    }
    await grown(40);
    const { length } = await shop.cookies();
    await check(length);
    seen.add(length);
  }
  assert.ok(seen.has(4), `it filled ${[...seen]} cookies`);
  assert.equal(answer.status(), 507);
  assert.match(await shop.see("too-large").innerText(), /fit into 4 cookies\. Nothing was changed/);
  assert.equal(await shop.see("largest").first().getAttribute("data-member"), "cart");
  await check(4);

  await shop.clearCart();
  expected = [];
  await check(1);
  assert.ok((await shop.checkAnswers()) > 0);
}

export async function rememberMe(open) {
  let shop = await open();

  /** The cookies' expiry, which is the same for all of them, in days from now. */
  async function lifetimeDays() {
    const expiries = new Set((await shop.cookies()).map(({ expires }) => Math.round(expires)));
    assert.equal(expiries.size, 1);
    const [expires] = expiries;
    return expires === -1 ? "browser session" : (expires - Date.now() / 1000) / DAY_SECS;
  }
  function near(days) {
    const wanted = days - SKEW_SECS / DAY_SECS;
    return async () => {
      const found = await lifetimeDays();
      const slackSecs = 30;
      assert.ok(Math.abs(found - wanted) < slackSecs / DAY_SECS, `${found} days instead of ${wanted}`);
    };
  }
  const isRemembered = near(30);
  const isUntilClose = async () => assert.equal(await lifetimeDays(), "browser session");

  await shop.add("ink");
  await near(14)();

  await shop.signIn({ remember: true });
  await isRemembered();
  await shop.addTeam();
  assert.ok((await shop.cookies()).length > 1);
  await isRemembered();
  shop = await open();
  assert.deepEqual(await shop.whoami(), { userName: "Ada Lovelace", piecesInCart: 41 });

  await shop.signIn({ remember: false });
  await isUntilClose();
  await shop.clearCart();
  await isUntilClose();
  assert.deepEqual(await shop.whoami(), { userName: "Ada Lovelace", piecesInCart: 0 });
  shop = await open();
  assert.deepEqual(await shop.cookieNames(), []);
  assert.deepEqual(await shop.whoami(), { userName: null, piecesInCart: 0 });
}

export async function signOut(open) {
  const shop = await open();
  for (const chunked of [false, true]) {
    await shop.signIn();
    if (chunked) await shop.addTeam();
    assert.equal((await shop.cookies()).length > 1, chunked);

    await shop.signOut();
    assert.equal(shop.path, "/signed-out");
    assert.equal(await shop.see("signed-out").count(), 1);
    assert.deepEqual(await shop.cookieNames(), []);

    await shop.page.goBack();
    assert.equal(await shop.see("user").count(), 0, "no page of theirs is left either");
    assert.deepEqual(await shop.whoami(), { userName: null, piecesInCart: 0 });
    await shop.go("/checkout");
    assert.equal(shop.path, "/login");
  }
  assert.ok((await shop.checkAnswers()) > 0);
}

export async function unreadable(open) {
  const shop = await open();
  await shop.go("/");
  const cookie = { url: shop.page.url(), httpOnly: true, secure: true, sameSite: "Lax" };
  await shop.context.addCookies([{ ...cookie, name: "app_session", value: "Fe26.2*1*of*another*kind" }]);

  const answer = await shop.go("/cart");
  assert.equal(answer.status(), 200);
  assert.equal(await shop.see("not-opened").count(), 1);
  assert.equal(await shop.see("cart-empty").count(), 1);

  await shop.add("ruler");
  assert.deepEqual(await shop.cart(), [["ruler", "", 1]]);
  assert.equal(await shop.see("not-opened").count(), 0);
  assert.deepEqual(await shop.cookieNames(), ["app_session"]);
}
