// Walks Chromium through the demo: `node walk.mjs WALK ADDRESS DIRECTORY`.
// Ends with the line `walked WALK`, or with what was wrong and a screenshot in the directory.
// IRON_SESSION_CHROMIUM names the browser.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { Shop } from "./shop.mjs";
import * as walks from "./walks.mjs";

const [name, origin, artifacts] = process.argv.slice(2);
const walk = walks[name?.replace(/-(.)/g, (_, letter) => letter.toUpperCase())];
if (!walk || !artifacts) {
  console.error(`usage: node walk.mjs WALK ADDRESS DIRECTORY; there are ${Object.keys(walks).join(", ")}`);
  process.exit(2);
}

const DEADLINE_MS = 120_000;
setTimeout(() => {
  console.error(`${name}: not at its end after ${DEADLINE_MS / 1000} s`);
  process.exit(1);
}, DEADLINE_MS).unref();

// A profile of its own, on disk, so that the browser can be closed and opened again.
const profile = await mkdtemp(join(tmpdir(), "iron-session-browser-"));
let context;

/** Opens the browser, closing the one that was open: what it keeps is what a restart keeps. */
async function open() {
  await context?.close();
  context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.IRON_SESSION_CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-background-networking"],
    baseURL: origin,
  });
  context.setDefaultTimeout(10_000);
  return new Shop(context, context.pages()[0]);
}

try {
  await walk(open);
  console.log(`walked ${name}`);
} catch (error) {
  console.error(error);
  const page = context?.pages()[0];
  const path = join(artifacts, "failed.png");
  await page?.screenshot({ path }).then(
    () => console.error(`at ${page.url()}, see ${path}`),
    (noPicture) => console.error(`at ${page.url()}, no screenshot: ${noPicture.message}`),
  );
  process.exitCode = 1;
} finally {
  await context?.close();
  await rm(profile, { recursive: true, force: true });
}
