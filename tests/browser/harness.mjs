// What every browser test stands on: one Chromium for a test file, pages of a given size and theme,
// and the rule that a page which complains has failed. A complaint is a warning or error in the
// console, an uncaught exception, a violation of the content security policy (the browser logs
// those as errors), a failed request, or a request that leaves the site.
//
// `cargo xtask test --only browser` builds the page, serves it twice (at a root and below a folder)
// and runs the tests with these variables set:
//   LOCKSTEP_URL, LOCKSTEP_SUB_PATH_URL   where the page is, ending in a slash
//   LOCKSTEP_CLI                          the released command line
//   LOCKSTEP_CHROMIUM                     the browser
// A person may set LOCKSTEP_SHOTS to a folder, which then receives the screenshots that tests take.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after } from "node:test";
import axe from "axe-core";
import { chromium } from "playwright-core";

function fromEnvironment(name) {
  const value = process.env[name];
  assert.ok(value, `${name} is not set: run \`cargo xtask test --only browser\``);
  return value;
}

export const site = {
  url: fromEnvironment("LOCKSTEP_URL"),
  subPathUrl: fromEnvironment("LOCKSTEP_SUB_PATH_URL"),
  cli: fromEnvironment("LOCKSTEP_CLI"),
};

// Chromium's own services would look for hosts that a closed network does not have; the sandbox
// needs rights that a container rarely gives.
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let launched;

// The file's browser, with a profile of its own that is thrown away. Started by the first test that
// needs it.
function browser() {
  launched ??= chromium.launch({
    executablePath: fromEnvironment("LOCKSTEP_CHROMIUM"),
    args: flags,
    headless: true,
  });
  return launched;
}

after(async () => (await launched)?.close());

// Gives `use` a fresh page in a fresh context (nothing stored, nothing cached) and the list of the
// page's complaints, and fails if there is one in the end. Options: `width` and `height` in CSS
// pixels, `theme` ("light" or "dark"), `language` (as in "id"), and any other that Playwright's
// newContext takes. The page is blank at first: see `open`.
export async function withPage(options, use) {
  const { width = 1280, height = 800, theme = "light", language = "en", ...others } = options;
  const context = await (await browser()).newContext({
    viewport: { width, height },
    colorScheme: theme,
    locale: language,
    ...others,
  });
  const page = await context.newPage();
  const complaints = listen(page);
  try {
    const result = await use(page, complaints);
    assert.deepEqual(complaints, [], "the page complained");
    return result;
  } catch (error) {
    // What the page said of itself may be why.
    const notice = await page.locator(".notices").allInnerTexts().catch(() => []);
    error.message += `\nthe page's notice: ${JSON.stringify(notice)}, its complaints: ${JSON.stringify(complaints)}`;
    throw error;
  } finally {
    await context.close();
  }
}

// Collects what a page complains of. A test that provokes complaints checks this list and then
// empties it.
function listen(page) {
  const complaints = [];
  page.on("console", (message) => {
    // Playwright's own word, where a test asks it to do so.
    const blocked = message.text() === "Service Worker registration blocked by Playwright";
    if (["warning", "error"].includes(message.type()) && !blocked) {
      complaints.push(`console ${message.type()}: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.stack ?? error}`));
  page.on("requestfailed", (request) => {
    complaints.push(`failed: ${request.url()}: ${request.failure()?.errorText}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`status ${response.status()}: ${response.url()}`);
  });
  page.on("request", (request) => {
    const url = request.url();
    const ours = [site.url, site.subPathUrl, "data:", "blob:"];
    if (!ours.some((start) => url.startsWith(start))) {
      complaints.push(`a request left the site: ${url}`);
    }
  });
  return complaints;
}

// Opens the page (`fragment` begins with `#`) and waits until the program has taken the place of
// the shell.
export async function open(page, { fragment = "", url = site.url } = {}) {
  await page.goto(url + fragment);
  await started(page);
}

// Waits until the program has taken the place of the shell.
export async function started(page) {
  await page.waitForSelector("#app > *");
  await page.waitForSelector("#shell", { state: "detached" });
}

// Saves a picture of what the window shows, where LOCKSTEP_SHOTS asks for pictures.
export async function shoot(page, name) {
  const folder = process.env.LOCKSTEP_SHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

// Fails where axe finds a violation of WCAG 2.2 A or AA, naming the rule and the elements.
export async function assertAccessible(page) {
  // Not a script element, which the page's policy would refuse.
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await globalThis.axe.run(document, { runOnly: tags });
    return violations.map(({ id, help, nodes }) => {
      return { id, help, elements: nodes.map((node) => node.html) };
    });
  });
  assert.deepEqual(violations, []);
}

// What the page says of itself: see web/src/api.rs.
export const state = (page) => page.evaluate(() => globalThis.lockstep.state());

// Waits until something is so in the page.
export async function waitFor(page, what, argument) {
  await page.waitForFunction(what, argument, { timeout: 20_000 });
}

// Goes to a time of the run, and waits until the page is there.
export async function seek(page, seconds) {
  await page.evaluate((time) => globalThis.lockstep.seek(time), seconds);
  await waitFor(
    page,
    (time) => {
      const { time_us, travelling } = globalThis.lockstep.state();
      return !travelling && time_us === Math.round(time * 1e6);
    },
    seconds,
  );
}
