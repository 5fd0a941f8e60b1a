// Somebody who clicks where they are told to: `node clicks.mjs ADDRESS`, with one JSON command a
// line on stdin and, once the page is there, what it shows as a line on stdout.
//
// command  {"op":"look"} {"op":"sign-in","name":"Ada"} {"op":"click","what":"add-ink"}
// response {"status":200,"release":1,"user":"Ada","greeting":null,"colours":"light",
//           "cart":{"ink":{"quantity":1,"gift":false}}}
//
// IRON_SESSION_CHROMIUM names the browser.

import { createInterface } from "node:readline";

import { chromium } from "playwright-core";

const [address] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.IRON_SESSION_CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-background-networking"],
});
const page = await (await browser.newContext({ baseURL: address })).newPage();
page.setDefaultTimeout(30_000);

const text = async (testId) => {
  const found = page.getByTestId(testId);
  return (await found.count()) === 0 ? null : found.innerText();
};

/** Does what leads to a page, and returns the response that the page came with. */
async function arrive(act) {
  const isPage = (response) => response.request().isNavigationRequest() && response.status() !== 303;
  const [response] = await Promise.all([page.waitForResponse(isPage), page.waitForEvent("load"), act()]);
  return response;
}

const operations = {
  look: () => page.goto("/"),
  click: ({ what }) => arrive(() => page.getByTestId(what).click()),
  "sign-in": async ({ name }) => {
    await page.getByTestId("name").fill(name);
    return arrive(() => page.getByTestId("sign-in").click());
  },
};

async function seen(response) {
  if (response.status() !== 200) return { status: response.status(), text: await page.innerText("body") };
  const { release, colours } = await page.getByTestId("page").evaluate(({ dataset }) => ({ ...dataset }));
  const lines = await page.getByTestId("line").evaluateAll((lines) =>
    lines.map(({ dataset: { product, quantity, gift } }) => [
      product,
      { quantity: Number(quantity), gift: gift === "true" },
    ]),
  );
  return {
    status: 200,
    release: Number(release),
    user: await text("user"),
    greeting: await text("greeting"),
    colours,
    cart: Object.fromEntries(lines),
  };
}

try {
  for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line);
    console.log(JSON.stringify(await seen(await operations[command.op](command))));
  }
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser.close();
}
