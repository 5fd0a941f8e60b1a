// `examples/nextjs` and the shop behind one address. Next.js has /login, /account, /wrapping and /api;
// the shop has the rest.

import assert from "node:assert/strict";

const NAME = "Grace Hopper";

/** What the account page of Next.js shows. */
async function account(shop) {
  await shop.go("/account");
  assert.equal(shop.path, "/account");
  const lines = await shop.see("line").evaluateAll((rows) => rows.map(({ dataset }) => dataset.product));
  return { user: await shop.see("user").innerText(), lines, wrapping: await shop.see("wrapping").innerText() };
}

/** Fills in the sign-in form of Next.js, and waits for the page after it. */
async function signIn(shop, password) {
  password ??= await shop.see("demo-password").innerText();
  await shop.see("name").fill(NAME);
  await shop.see("password").fill(password);
  await shop.see("sign-in").click();
}

async function signInTo(shop, path) {
  await signIn(shop);
  await shop.page.waitForURL((url) => url.pathname + url.search === path);
  await shop.see("user").waitFor();
}

async function choose(shop, wrapping) {
  await shop.go("/wrapping");
  await shop.see(`wrapping-${wrapping}`).click();
  await shop.page.locator(`[data-testid=wrapping-${wrapping}][aria-pressed=true]`).waitFor();
}

/** Nobody is signed in, whichever half is asked. */
async function checkSignedOut(shop) {
  assert.equal((await shop.whoami()).userName, null);
  for (const path of ["/checkout", "/account", "/wrapping"]) {
    await shop.go(path);
    assert.equal(shop.path, "/login", path);
  }
}

export async function bothHalves(open) {
  const shop = await open();
  await checkSignedOut(shop);

  // Rust's guard sends the user to Next.js, which leads back to Rust.
  await shop.add("ink");
  const page = "/checkout?gift=yes&for=Grace%20H.";
  await shop.go(page);
  assert.equal(shop.path, "/login");
  assert.match(await shop.see("notice").innerText(), /sign in first/);
  await signIn(shop, "blotting paper");
  await shop.page.getByText("That is not the password.").waitFor();
  assert.equal(await shop.see("name").inputValue(), NAME);
  await signInTo(shop, page);
  assert.equal((await shop.session()).returnTo, null, "it leads back once");
  assert.deepEqual(await shop.whoami(), { userName: NAME, piecesInCart: 1 });

  // The cart of Rust, and a member of Next.js that Rust does not know.
  assert.deepEqual(await account(shop), { user: NAME, lines: ["ink"], wrapping: "none" });
  await choose(shop, "cloth");
  await shop.add("pencil", "Ada");
  assert.deepEqual(await account(shop), { user: NAME, lines: ["ink", "pencil"], wrapping: "cloth" });

  // A session in several cookies, which either half writes.
  await shop.addTeam();
  const several = await shop.cookieNames();
  assert.ok(several.length > 1, String(several));
  assert.equal((await account(shop)).lines.length, 42);
  await choose(shop, "paper");
  assert.deepEqual(await shop.cookieNames(), several);
  assert.equal((await shop.cart()).length, 42);
  await shop.clearCart();
  assert.deepEqual(await account(shop), { user: NAME, lines: [], wrapping: "paper" });

  // The password that Next.js has checked is enough for an order in the shop.
  await shop.add("ink");
  await shop.go("/checkout");
  await shop.submit(() => shop.see("place-order").click());
  assert.match(await shop.see("notice").innerText(), /^Thank you, Grace Hopper: 1 pieces/);

  // Signing out in Rust. The guard of Next.js leads back to the page as well.
  await shop.signOut();
  assert.deepEqual(await shop.cookieNames(), []);
  await checkSignedOut(shop);
  await shop.go("/wrapping?gift=yes");
  assert.equal(shop.path, "/login");
  await signInTo(shop, "/wrapping?gift=yes");
  assert.deepEqual(await account(shop), { user: NAME, lines: [], wrapping: "none" });

  // Signing out with a Server Action, which leads to a page of Rust.
  await shop.go("/letter");
  await shop.see("letter").fill("Dear Ada,");
  await shop.submit(() => shop.see("keep").click());
  await shop.go("/account");
  await shop.see("sign-out").click();
  await shop.see("signed-out").waitFor();
  assert.deepEqual(await shop.context.cookies(), [], "nothing is left, not even the letter");
  await checkSignedOut(shop);

  // With the Route Handler, and out again from the Pages Router.
  const call = (method, path, body) =>
    shop.page.evaluate(
      async ([method, path, body]) => {
        const headers = { "Content-Type": "application/json" };
        const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
        const text = await response.text();
        return [response.status, text && JSON.parse(text)];
      },
      [method, path, body],
    );
  assert.deepEqual(await call("PUT", "/api/wrapping", { wrapping: "cloth" }), [401, ""]);
  const [refused] = await call("POST", "/api/session", { name: NAME, password: "blotting paper" });
  assert.equal(refused, 422);
  const [signedIn] = await call("POST", "/api/session", { name: NAME, password: "blotting-paper" });
  assert.equal(signedIn, 200);
  assert.deepEqual(await call("GET", "/api/session"), [200, { userName: NAME }]);
  assert.equal((await shop.whoami()).userName, NAME);
  assert.deepEqual(await call("PUT", "/api/wrapping", { wrapping: "gold" }), [422, ""]);
  await shop.go("/wrapping");
  await shop.context.clearCookies();
  await shop.see("wrapping-cloth").click();
  await shop.page.waitForURL((url) => url.pathname === "/login");
  await signInTo(shop, "/wrapping");
  await shop.see("sign-out").click();
  await shop.see("signed-out").waitFor();
  await checkSignedOut(shop);

  // A link can choose the page after the sign-in, but none of another site.
  const returns = { "/cart?a=1": "/cart?a=1", "//evil.example": "/account", "/..//evil.example": "/account" };
  for (const [next, path] of Object.entries(returns)) {
    await shop.context.clearCookies();
    await shop.go(`/login?${new URLSearchParams({ expired: "", next })}`);
    assert.match(await shop.see("notice").innerText(), /^Your session has expired/);
    await signInTo(shop, path);
  }

  const [{ httpOnly, secure, sameSite }] = await shop.cookies();
  assert.deepEqual([httpOnly, secure, sameSite], [true, true, "Lax"]);
}

/** No page of another origin changes anything, in either half. */
export async function otherOrigins(open) {
  const shop = await open();
  await shop.go("/login");
  await signInTo(shop, "/account");
  const { origin, port } = new URL(shop.page.url());

  // Browsers send `Sec-Fetch-Site` or, over plain http to another computer, only `Origin`.
  const foreign = [{ "Sec-Fetch-Site": "cross-site" }, { "Sec-Fetch-Site": "same-site" }, { Origin: "http://evil.example" }];
  const own = [{ "Sec-Fetch-Site": "same-origin" }, { Origin: origin }];
  const requests = {
    "Route Handler": { path: "/api/session", method: "POST", data: {} },
    "API route": { path: "/api/wrapping", method: "PUT", data: {} },
    "shop": { path: "/cart/add", method: "POST", form: { product: "ink", printed: "" } },
  };
  for (const [half, { path, ...request }] of Object.entries(requests)) {
    const status = async (headers) => {
      const response = await shop.context.request.fetch(path, { ...request, headers, maxRedirects: 0 });
      return response.status();
    };
    for (const headers of foreign) assert.equal(await status(headers), 403, half + JSON.stringify(headers));
    for (const headers of own) assert.notEqual(await status(headers), 403, half + JSON.stringify(headers));
  }

  const before = await shop.cookies();
  for (const path of ["/account", "/login", "/cart/clear", "/logout"]) {
    await shop.go(`http://localhost:${port}/whoami`);
    assert.equal((await shop.forge(`${origin}${path}`)).status(), 403, path);
  }
  assert.deepEqual(await shop.cookies(), before);
}
