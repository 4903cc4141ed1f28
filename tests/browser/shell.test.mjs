// The page before and around the program: how it loads, and what it may load. Nothing here knows a
// lab.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, open, shoot, site, started, withPage } from "./harness.mjs";

const isProgram = (url) => url.pathname.endsWith(".wasm");

const places = { "the root of a host": site.url, "a folder of a host": site.subPathUrl };
for (const [where, url] of Object.entries(places)) {
  test(`from ${where}, the program starts without a complaint`, () =>
    withPage({}, async (page) => {
      await open(page, { url });
      assert.equal(await page.title(), "Lockstep");
    }));
}

for (const theme of ["light", "dark"]) {
  test(`the started page is accessible in the ${theme} theme`, () =>
    withPage({ theme }, async (page) => {
      await open(page);
      await shoot(page, `started-${theme}`);
      await assertAccessible(page);
    }));
}

test("the shell is painted while the program is still on its way", () =>
  withPage({}, async (page) => {
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await page.route(isProgram, async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(site.url, { waitUntil: "commit" });
    await page.waitForFunction(
      () => performance.getEntriesByName("first-contentful-paint").length > 0,
    );
    assert.match(await page.locator("#shell").innerText(), /Lockstep/);
    await shoot(page, "shell");
    await assertAccessible(page);
    release();
    await started(page);
  }));

test("where the program cannot be loaded, the shell says so", () =>
  withPage({}, async (page, complaints) => {
    await page.route(isProgram, (route) => route.abort());
    await page.goto(site.url);
    await page.locator("#shell-failed").waitFor({ state: "visible" });
    assert.ok(complaints.some((complaint) => complaint.includes(".wasm")), complaints.join("\n"));
    complaints.length = 0;
  }));

test("each file is fetched once, ahead by its preload", () =>
  withPage({}, async (page) => {
    const fetched = [];
    page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
    await open(page);
    const links = page.locator("link[rel=modulepreload], link[rel=preload]");
    const urls = await links.evaluateAll((all) => all.map((link) => link.href));
    const preloads = urls.map((url) => new URL(url).pathname);
    assert.equal(preloads.length, 2, "the loader and the program");
    for (const path of preloads) {
      assert.equal(fetched.filter((other) => other === path).length, 1, path);
    }
  }));

test("a file's name changes with its content, so that no cache mixes two versions", async () => {
  const html = await (await fetch(site.url)).text();
  const files = [...html.matchAll(/(?:href|src)="?\.\/([^"\s>]+)/g)].map((match) => match[1]);
  assert.equal(files.length, 4, `style, start script, loader and program: ${files}`);
  for (const file of files) assert.match(file, /-[0-9a-f]{16}[._]/);
});

test("the security policy is in force", () =>
  withPage({}, async (page, complaints) => {
    await open(page);
    const outcome = await page.evaluate(async () => {
      const inline = document.createElement("script");
      inline.textContent = "globalThis.inlineRan = true";
      document.body.append(inline);
      document.body.setAttribute("style", "opacity: 0.5");
      const foreign = fetch("https://foreign.invalid/").then(() => "fetched", () => "refused");
      // A timer with text is the page's way to evaluate; the browser's own tools always may.
      setTimeout("globalThis.textRan = true");
      await new Promise((resolve) => setTimeout(resolve, 100));
      return {
        inlineRan: globalThis.inlineRan ?? false,
        textRan: globalThis.textRan ?? false,
        opacity: getComputedStyle(document.body).opacity,
        foreign: await foreign,
      };
    });
    const refused = { inlineRan: false, textRan: false, opacity: "1", foreign: "refused" };
    assert.deepEqual(outcome, refused);
    for (const directive of ["script-src", "style-src", "connect-src"]) {
      const said = complaints.some((complaint) => complaint.includes(directive));
      assert.ok(said, `the harness saw no violation of ${directive}:\n${complaints.join("\n")}`);
    }
    complaints.length = 0;
  }));
