// The gallery replays alike everywhere: each scenario and its link, run by the command line and in
// Chromium, come to the same digest and the same verdicts. And a moment shared by the page is the
// moment that the command line reaches from the link.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { open, site, withPage } from "./harness.mjs";

const folder = fileURLToPath(new URL("../../core/src/scenario/gallery/", import.meta.url));
const stories = (await readdir(folder)).filter((name) => name.endsWith(".json"));

// What the command line prints, which may end with 1 where a check fails that nobody expected.
async function lockstep(...parameters) {
  const run = promisify(execFile)(site.cli, parameters, { maxBuffer: 1 << 26 });
  const { stdout } = await run.catch((error) => {
    if (error.code !== 1) throw error;
    return error;
  });
  return stdout.trim();
}

// The clients' history is judged apart from the checks, and the page takes its time for it.
function verdicts(checks) {
  const apart = ["linearizable_history", "lock_history", "cache_history"];
  const others = checks.filter(({ name }) => !apart.includes(name));
  return others.map(({ name, verdict }) => `${name}: ${verdict}`);
}

// Waits until the page has got to where it set out for, and gives what it shows.
async function arrived(page) {
  await page.waitForFunction(() => !globalThis.lockstep.state().travelling);
  return page.evaluate(() => globalThis.lockstep.state());
}

async function seek(page, seconds) {
  await page.evaluate((to) => globalThis.lockstep.seek(to), seconds);
  await page.waitForFunction((to) => {
    const { time_us, travelling } = globalThis.lockstep.state();
    return !travelling && time_us === Math.round(to * 1e6);
  }, seconds);
  return arrived(page);
}

test("there are at least six stories", () => assert.ok(stories.length >= 6));

for (const story of stories) {
  const file = join(folder, story);
  const name = basename(story, ".json");

  test(`${name} comes to one digest natively and in Chromium, as a file and as a link`, async () => {
    const link = await lockstep("link", file);
    const result = JSON.parse(await lockstep("run", file));
    const fromLink = JSON.parse(await lockstep("run", link));
    assert.equal(fromLink.digest, result.digest);
    const seconds = result.time_us / 1e6;
    await withPage({}, async (page) => {
      await open(page, { fragment: link });
      const linked = await seek(page, seconds);
      assert.equal(linked.digest, result.digest, "the link in Chromium");
      assert.equal(linked.steps, result.steps);
      assert.deepEqual(verdicts(linked.checks), verdicts(result.checks));
      const text = await readFile(file, "utf8");
      await page.evaluate((scenario) => globalThis.lockstep.open(scenario), text);
      await page.waitForFunction(() => globalThis.lockstep.state().origin === "file");
      const filed = await seek(page, seconds);
      assert.equal(filed.digest, result.digest, "the file in Chromium");
      assert.deepEqual(verdicts(filed.checks), verdicts(result.checks));
    });
  });

  test(`a moment of ${name} shared by the page is verified by the command line`, async () => {
    await withPage({}, async (page) => {
      await open(page, { fragment: await lockstep("link", file) });
      const shown = await seek(page, 0.437);
      const address = await page.evaluate(() => globalThis.lockstep.link());
      const result = JSON.parse(await lockstep("run", address.slice(address.indexOf("#"))));
      assert.equal(result.digest, shown.digest);
      assert.equal(result.time_us, shown.time_us);
      assert.equal(result.replay, "verified");
    });
  });
}
