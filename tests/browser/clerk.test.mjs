// The clerk: the second program, which reads and writes files and is loaded when it is first needed.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { open, site, withPage } from "./harness.mjs";

const file = JSON.stringify({
  lockstep: 1, lab: "raft", seed: 3, config: { servers: 3 }, choices: [{ at: "1s", crash: "n2" }],
});

const opened = (page, origin) =>
  page.waitForFunction((wanted) => globalThis.lockstep.state().origin === wanted, origin);

test("a scenario file is read, and written as it was read", () =>
  withPage({ acceptDownloads: true }, async (page) => {
    const fetched = [];
    page.on("request", (request) => fetched.push(new URL(request.url()).pathname.split("/").at(-1)));
    await open(page);
    assert.ok(!fetched.some((name) => name.includes("clerk")), "a visit that needs no clerk loads none");
    await page.evaluate((text) => globalThis.lockstep.open(text), file);
    await opened(page, "file");
    assert.equal(await page.evaluate(() => globalThis.lockstep.state().state.servers.length), 3);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as a file" }).click()]);
    const written = JSON.parse(await readFile(await download.path(), "utf8"));
    assert.equal(written.seed, 3);
    assert.deepEqual(written.choices, [{ at: "1s", crash: "n2" }]);
    assert.equal(fetched.filter((name) => name === "lockstep-clerk_bg.wasm").length, 1);
  }));

test("what is wrong with a file is said, and the run stays", () =>
  withPage({}, async (page) => {
    await open(page);
    await page.evaluate(() => globalThis.lockstep.open('{ "lockstep": 1, "lab": "raft", "sed": 1 }'));
    const notice = page.locator(".notice");
    await notice.waitFor();
    assert.match(await notice.innerText(), /sed/);
    assert.equal(await page.evaluate(() => globalThis.lockstep.state().origin), "first-election");
  }));

// Without a service worker, which would have the file at hand.
test("a clerk that cannot be loaded is asked for again", () =>
  withPage({ serviceWorkers: "block" }, async (page, complaints) => {
    await open(page);
    await page.route("**/lockstep-clerk_bg.wasm*", (route) => route.abort());
    await page.evaluate((text) => globalThis.lockstep.open(text), file);
    const notice = page.locator(".notice");
    await notice.waitFor();
    assert.ok(complaints.length > 0, "it was not there");
    complaints.length = 0;
    await page.unroute("**/lockstep-clerk_bg.wasm*");
    await page.evaluate((text) => globalThis.lockstep.open(text), file);
    await opened(page, "file");
  }));

test("the clerk is asked for by the hash of its own files, not by the page's", () =>
  withPage({ serviceWorkers: "block" }, async (page) => {
    const asked = new Map();
    page.on("request", (request) => {
      const { pathname, search } = new URL(request.url());
      if (pathname.includes("clerk")) asked.set(pathname.split("/").at(-1), search);
    });
    await open(page);
    await page.evaluate((text) => globalThis.lockstep.open(text), file);
    await opened(page, "file");
    const hash = createHash("sha256");
    const names = ["clerk.js", "lockstep-clerk.js", "lockstep-clerk_bg.wasm"];
    for (const name of names) hash.update(Buffer.from(await (await fetch(site.url + name)).arrayBuffer()));
    const wanted = `?${hash.digest("hex").slice(0, 16)}`;
    assert.deepEqual([...asked].sort(), names.map((name) => [name, wanted]));
  }));
