// The demo as somebody sees it who uses it, and its cookies as the browser keeps them.

import assert from "node:assert/strict";

const COOKIE_NAME = "app_session";
const MAX_LINE_BYTES = 4096;

export class Shop {
  #responses = [];

  constructor(context, page) {
    this.context = context;
    this.page = page;
    page.on("response", (response) => this.#responses.push(response.headersArray()));
  }

  see(testId) {
    return this.page.getByTestId(testId);
  }

  async go(path) {
    return this.page.goto(path);
  }

  get path() {
    return new URL(this.page.url()).pathname;
  }

  /** Does what sends a form, and returns the response to the form itself. */
  async submit(act) {
    const isPost = (response) => response.request().method() === "POST";
    const [response] = await Promise.all([
      this.page.waitForResponse(isPost),
      this.page.waitForEvent("load"),
      act(),
    ]);
    return response;
  }

  async signIn({ name = "Ada Lovelace", password, remember = false } = {}) {
    await this.go("/login");
    password ??= await this.see("demo-password").innerText();
    await this.see("name").fill(name);
    await this.see("password").fill(password);
    await this.see("remember").setChecked(remember);
    return this.submit(() => this.see("sign-in").click());
  }

  signOut() {
    return this.submit(() => this.see("sign-out").click());
  }

  async add(product, printed = "") {
    // Where the last `add` has led to already.
    if (this.path !== "/") await this.go("/");
    const card = this.see(`product-${product}`);
    await card.locator("[name=printed]").fill(printed);
    return this.submit(() => card.getByTestId("add").click());
  }

  async addTeam() {
    await this.go("/cart");
    return this.submit(() => this.see("add-team").click());
  }

  async clearCart() {
    await this.go("/cart");
    return this.submit(() => this.see("clear-cart").click());
  }

  async confirm(password) {
    password ??= await this.see("demo-password").innerText();
    await this.see("password").fill(password);
    return this.submit(() => this.see("confirm-password").click());
  }

  /** Goes to the account page, and makes it ask for the password from now on. */
  async lock() {
    await this.go("/account");
    return this.submit(() => this.see("lock").click());
  }

  /** The token that a form of the page carries. It is masked, so it differs in each form. */
  async token() {
    const inputs = this.page.locator("[name=csrf_token]");
    const [token] = await inputs.evaluateAll((inputs) => inputs.map(({ value }) => value));
    assert.match(token, /^[\w-]{115}$/);
    return token;
  }

  /** Sends a form that no page has: with these fields, from the page that is open. */
  async forge(address, fields = {}) {
    return this.submit(() =>
      this.page.evaluate(
        ([path, fields]) => {
          const form = document.createElement("form");
          Object.assign(form, { method: "post", action: path });
          for (const [name, value] of Object.entries(fields)) {
            form.append(Object.assign(document.createElement("input"), { name, value }));
          }
          document.body.append(form);
          form.submit();
        },
        [address, fields],
      ),
    );
  }

  line(product, printed) {
    return this.page.locator(`tr[data-product="${product}"][data-printed="${printed}"]`);
  }

  async setQuantity(product, printed, quantity) {
    const line = this.line(product, printed);
    await line.getByTestId("quantity").fill(String(quantity));
    return this.submit(() => line.getByTestId("change").click());
  }

  async remove(product, printed) {
    return this.submit(() => this.line(product, printed).getByTestId("remove").click());
  }

  /** The lines of the cart as the page shows them: `[product, printed name, quantity]`. */
  async cart() {
    await this.go("/cart");
    return this.see("line").evaluateAll((rows) =>
      rows.map((row) => [
        row.dataset.product,
        row.dataset.printed,
        Number(row.querySelector("[name=quantity]").value),
      ]),
    );
  }

  /** The session as the panel beside the page shows it. */
  async session() {
    return JSON.parse(await this.see("session").innerText());
  }

  /** What the panel says of the budget: the bytes of each member, now and at most. */
  async budget() {
    const rows = await this.see("budget").evaluateAll((rows) =>
      rows.map(({ dataset }) => [dataset.member, { now: Number(dataset.now), max: Number(dataset.max) }]),
    );
    const fit = Number(await this.see("budget-sum").getAttribute("data-fit"));
    return { ...Object.fromEntries(rows), fit };
  }

  /** The seconds that the panel shows as left of the session: `{ idle, absolute }`. */
  async timeLeft() {
    const [idle, absolute] = await Promise.all(
      ["idle-end", "absolute-end"].map(async (end) => {
        const [minutes, seconds] = (await this.see(end).innerText()).split(":");
        return Number(minutes) * 60 + Number(seconds);
      }),
    );
    return { idle, absolute };
  }

  async whoami() {
    const response = await this.go("/whoami");
    assert.equal(response.headers()["content-type"], "application/json");
    return response.json();
  }

  /** The session's cookies that the browser keeps, by name. */
  async cookies() {
    const cookies = await this.context.cookies();
    const own = cookies.filter(({ name }) => name === COOKIE_NAME || name.startsWith(`${COOKIE_NAME}.`));
    return own.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async cookieNames() {
    return (await this.cookies()).map(({ name }) => name);
  }

  /** Each `Set-Cookie` line since the last call is one that every browser takes. */
  async checkResponses() {
    const responses = await Promise.all(this.#responses.splice(0));
    const lines = responses.flat().filter(({ name }) => name.toLowerCase() === "set-cookie");
    for (const { value } of lines) {
      assert.ok(Buffer.byteLength(value) <= MAX_LINE_BYTES, `${value.length} bytes: ${value.slice(0, 40)}…`);
      assert.match(value, /^app_session(\.[0-3])?=/);
      assert.match(value, /; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    }
    return lines.length;
  }
}
