// Whose request it is: forms that others made, and a password that is asked for again.

import assert from "node:assert/strict";

const SUDO_MS = 5 * 60 * 1000;

export async function forgery(open) {
  const shop = await open();
  // The guard refuses a visitor before it looks at the form.
  const ofUsers = ["/checkout", "/confirm"];
  const ofAll = ["/account/lock", "/login", "/logout"];
  const paths = [...ofAll, ...ofUsers];
  const fields = { product: "ink", printed: "", quantity: "9", name: "Eve", password: "blotting-paper" };

  /** Nobody's form but our own does anything: all of them are refused, and the cookies stay as they are. */
  async function refuseAll(paths, tokens) {
    const before = await shop.cookies();
    for (const path of paths) {
      for (const token of tokens) {
        await shop.go("/nowhere");
        const response = await shop.forge(path, token === undefined ? fields : { ...fields, csrf_token: token });
        assert.equal(response.status(), 403, `${path} with ${token}`);
        assert.equal("set-cookie" in response.headers(), false);
        assert.match(await shop.see("refused").innerText(), /nothing was changed/);
      }
    }
    assert.deepEqual(await shop.cookies(), before);
  }

  // Without a session there is no token, so none is the right one.
  await refuseAll(ofAll, [undefined, ""]);
  assert.deepEqual(await shop.cookieNames(), []);

  for (const path of ofUsers) {
    await shop.go("/nowhere");
    assert.equal((await shop.forge(path, fields)).status(), 303);
    assert.equal(shop.path, "/login");
  }

  await shop.add("ink");
  await shop.go("/login");
  const visitors = await shop.token();
  await shop.signIn();
  const own = await shop.token();
  await shop.page.reload();
  assert.notEqual(await shop.token(), own, "each page masks it anew");
  await refuseAll(paths, [undefined, "", visitors, `${own.slice(0, -1)}~`]);
  assert.deepEqual(await shop.cart(), [["ink", "", 1]]);

  // With it the same form is taken, so it was the token that was missing.
  assert.notEqual((await shop.session()).sudo, null);
  const taken = await shop.forge("/account/lock", { csrf_token: own });
  assert.equal(taken.status(), 303);
  assert.equal((await shop.session()).sudo, null);

  // From another origin no form does anything, with or without a token.
  const { origin, port } = new URL(shop.page.url());
  const before = await shop.cookies();
  for (const path of [...paths, "/cart/add", "/cart/clear", "/cart/quantity", "/cart/team", "/letter"]) {
    await shop.go(`http://localhost:${port}/whoami`);
    const response = await shop.forge(`${origin}${path}`, { ...fields, text: "", csrf_token: own });
    assert.deepEqual([response.status(), "set-cookie" in response.headers()], [403, false], path);
  }
  assert.deepEqual(await shop.cookies(), before);
  assert.deepEqual(await shop.cart(), [["ink", "", 1]]);

  // A page from before the sign-in: what the refusal says helps.
  await shop.signOut();
  await shop.go("/login");
  const elsewhere = await shop.context.newPage();
  const signIn = async (page) => {
    await page.getByTestId("name").fill("Grace");
    await page.getByTestId("password").fill("blotting-paper");
    await page.getByTestId("sign-in").click();
  };
  await elsewhere.goto("/login");
  await signIn(elsewhere);
  await elsewhere.getByTestId("user").waitFor();
  const again = () => shop.submit(() => signIn(shop.page));
  assert.equal((await again()).status(), 403);
  await shop.page.goBack();
  await shop.page.reload();
  assert.equal((await again()).status(), 303);
}

export async function confirming(open) {
  const shop = await open();
  await shop.signIn();

  // The sign-in was a password just now, so nothing is asked.
  const { value, until_ms } = (await shop.session()).sudo;
  assert.equal(value, "password");
  assert.ok(Math.abs(until_ms - Date.now() - SUDO_MS) < 30_000, `until ${until_ms}`);
  await shop.go("/account");
  assert.equal(shop.path, "/account");
  const number = await shop.see("customer-number").innerText();
  assert.ok((await shop.see("transient").innerText()).endsWith(number), "the same record");

  // Locked: the account page asks for it, and then no more.
  await shop.lock();
  assert.equal((await shop.session()).sudo, null);
  await shop.go("/account");
  assert.equal(shop.path, "/confirm");
  assert.equal((await shop.confirm("blotting paper")).status(), 422);
  assert.match(await shop.see("notice").innerText(), /not the password/);
  await shop.go("/account");
  assert.equal(shop.path, "/confirm", "a wrong one opens nothing");
  assert.equal((await shop.confirm()).status(), 303);
  assert.equal(shop.path, "/account");
  assert.equal((await shop.session()).returnTo, null);
  await shop.go("/account");
  assert.equal(shop.path, "/account", "asked for once");

  // An order asks for it too, loses nothing by that, and comes back to where it was asked.
  await shop.lock();
  await shop.add("ink", "Ada");
  await shop.go("/checkout");
  await shop.submit(() => shop.see("place-order").click());
  assert.equal(shop.path, "/confirm");
  assert.deepEqual(await shop.whoami(), { userName: "Ada Lovelace", piecesInCart: 1 });
  await shop.go("/confirm");
  await shop.confirm();
  assert.equal(shop.path, "/checkout");
  await shop.submit(() => shop.see("place-order").click());
  assert.equal(shop.path, "/");
  assert.match(await shop.see("notice").innerText(), /^Thank you, Ada Lovelace: 1 pieces ordered/);

  // It ends with the session.
  await shop.signOut();
  await shop.go("/account");
  assert.equal(shop.path, "/login");
  await shop.go("/confirm");
  assert.equal(shop.path, "/login");
}
