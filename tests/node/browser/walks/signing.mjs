// Signing in and out, for as long as one likes.

import assert from "node:assert/strict";

const SKEW_SECS = 60;

/** The timeouts of the demo. */
const IDLE_SECS = 10 * 60;
const ABSOLUTE_SECS = 60 * 60;

export async function signIn(open) {
  const shop = await open();
  for (const path of ["/nowhere", "/", "/cart", "/letter"]) {
    await shop.go(path);
    assert.deepEqual(await shop.cookieNames(), [], "who only looks needs no cookie");
  }
  await shop.go("/login");
  assert.deepEqual(await shop.cookieNames(), ["app_session"], "a form with a token needs one");

  // Somebody who is not signed in is sent away, and told why.
  await shop.go("/checkout?gift=yes&for=Grace%20H.");
  assert.equal(shop.path, "/login");
  assert.match(await shop.see("notice").innerText(), /sign in first/);

  const refused = await shop.signIn({ password: "blotting paper" });
  assert.equal(refused.status(), 422);
  assert.match(await shop.see("notice").innerText(), /not the password.*below its field/);
  assert.equal(await shop.see("name").inputValue(), "Ada Lovelace");
  assert.equal(await shop.see("password").inputValue(), "");
  assert.deepEqual(await shop.whoami(), { userName: null, piecesInCart: 0 });

  const accepted = await shop.signIn();
  assert.equal(accepted.status(), 303);
  assert.ok(shop.page.url().endsWith("/checkout?gift=yes&for=Grace%20H."), `the way back: ${shop.page.url()}`);
  assert.match(await shop.see("notice").innerText(), /^Welcome, Ada Lovelace\./);
  assert.equal((await shop.session()).notice.kind, "success", "it came with the cookie");
  await shop.page.reload();
  assert.equal(await shop.see("notice").count(), 0, "a flash is shown once");
  assert.equal((await shop.session()).notice, null);
  assert.equal(await shop.see("user").innerText(), "Ada Lovelace");
  assert.match(await shop.see("transient").innerText(), /not in the cookies: the record of customer \d{6}$/);
  assert.equal("user" in (await shop.session()), false);
  assert.equal((await shop.session()).returnTo, null, "it leads back once");

  const [cookie] = await shop.cookies();
  const { name, httpOnly, secure, sameSite, path } = cookie;
  assert.deepEqual([name, httpOnly, secure, sameSite, path], ["app_session", true, true, "Lax", "/"]);
  assert.equal(await shop.page.evaluate(() => document.cookie), "", "no script sees it");
  assert.ok((await shop.checkResponses()) > 0);
}

export async function rememberMe(open) {
  let shop = await open();

  /** The cookies' expiry, which is the same for all of them, in seconds from now. */
  async function lifetimeSecs() {
    const expiries = new Set((await shop.cookies()).map(({ expires }) => Math.round(expires)));
    assert.equal(expiries.size, 1);
    const [expires] = expiries;
    return expires === -1 ? "browser session" : expires - Date.now() / 1000;
  }
  function near(secs) {
    const wanted = secs - SKEW_SECS;
    return async () => {
      const found = await lifetimeSecs();
      assert.ok(Math.abs(found - wanted) < 30, `${found} s instead of ${wanted}`);
    };
  }
  const isRemembered = near(ABSOLUTE_SECS);
  const isUntilClose = async () => assert.equal(await lifetimeSecs(), "browser session");

  await shop.add("ink");
  await near(IDLE_SECS)();

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
  assert.ok((await shop.checkResponses()) > 0);
}
