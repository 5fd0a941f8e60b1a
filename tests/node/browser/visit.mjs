// Opens a page in Chromium and waits until its title says `done`: `node visit.mjs ADDRESS`.
// What the page throws ends it, with the message. IRON_SESSION_CHROMIUM names the browser.

import { chromium } from "playwright-core";

const [address] = process.argv.slice(2);
const DEADLINE_MS = 120_000;

const browser = await chromium.launch({
  executablePath: process.env.IRON_SESSION_CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-background-networking", "--host-resolver-rules=MAP *.example 127.0.0.1"],
});
try {
  const page = await browser.newPage();
  const thrown = new Promise((_, reject) => page.once("pageerror", reject));
  await page.goto(address);
  await Promise.race([page.waitForFunction(() => document.title === "done", null, { timeout: DEADLINE_MS }), thrown]);
  console.log("done");
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await browser.close();
}
