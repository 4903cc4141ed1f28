// The lock lab as people use it: change to it, watch a deadlock arise and be broken, look inside a client, the vault
// and a table.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, open, seek, shoot, state, waitFor, withPage } from "./harness.mjs";

// Two clients that lock the same two things in opposite order, and one that reads.
const opposite = {
  lockstep: 1,
  lab: "locks",
  seed: 1,
  until: "3s",
  config: {
    servers: 3,
    clients: 3,
    scripts: {
      c1: "work 400ms; lock orders x; write; work 50ms; lock stock x; write",
      c2: "work 402ms; lock stock x; write; work 50ms; lock orders x; write",
      c3: "work 300ms; lock ledger s; read; work 900ms",
    },
  },
};

const load = async (page, scenario) => {
  await open(page);
  await page.evaluate((text) => globalThis.lockstep.open(text), JSON.stringify(scenario));
  await page.waitForSelector(".lock-table");
};

// Goes on, event by event, until what is going on is of this kind.
async function until(page, kind) {
  for (let left = 400; left > 0; left -= 1) {
    const now = await state(page);
    if (now.state.locks.situation.going.kind === kind) return now.state.locks;
    await page.evaluate(() => globalThis.lockstep.step(1));
    await waitFor(page, (steps) => globalThis.lockstep.state().steps > steps, now.steps);
  }
  return assert.fail(`it never came to ${kind}`);
}

const client = (page, name) => page.locator(`.locker[data-node=${name}]`);

test("the switch of labs leads to the lock lab and back", () =>
  withPage({}, async (page) => {
    await open(page);
    const labs = page.getByRole("group", { name: "Laboratory" });
    await labs.getByRole("button", { name: "Locks" }).click();
    await page.waitForSelector(".lock-table");
    assert.equal(await labs.getByRole("button", { name: "Locks" }).getAttribute("aria-pressed"), "true");
    assert.match(await page.locator("#headline").innerText(), /No leader/);
    await labs.getByRole("button", { name: "Raft" }).click();
    await page.waitForSelector(".lock-table", { state: "detached" });
  }));

test("a deadlock is lit, its victim marked, and then it is broken", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await load(page, opposite);
    await seek(page, 0.45);
    const { cycle } = await until(page, "deadlock");
    assert.deepEqual(cycle, ["c1", "c2"]);
    assert.match(await page.locator("#headline").innerText(), /^Deadlock: c1 → c2 → c1$/);
    assert.equal(await page.locator(".graph .wait.lit").count(), 2);
    assert.equal(await page.locator(".locker.lit").count(), 2);
    assert.equal(await page.locator(".pill.holds.lit").count(), 2);
    await shoot(page, "locks-deadlock");
    await until(page, "aborted");
    assert.match(await page.locator("#headline").innerText(), /^Deadlock found, c2 aborted$/);
    assert.equal(await client(page, "c2").locator(".victim-word").count(), 1);
    assert.equal(await page.locator(".graph .wait.lit").count(), 0);
    await seek(page, 2.5);
    const { state: seen } = await state(page);
    const ended = seen.locks.clients.map(({ name, ended }) => [name, ended]);
    assert.deepEqual(ended, [["c1", 1], ["c2", 1], ["c3", 1]]);
    assert.ok(seen.locks.resources.every(({ holders, queue }) => holders.length + queue.length === 0));
  }));

test("clients stand still, whatever happens to them", () =>
  withPage({}, async (page) => {
    await load(page, opposite);
    const places = () => page.locator(".locker").evaluateAll((all) => all.map((one) => one.getAttribute("transform")));
    const before = await places();
    assert.equal(new Set(before).size, 3);
    await seek(page, 0.6);
    assert.deepEqual(await places(), before);
  }));

test("a client shows its script, the vault its shelves, and a server its table", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await load(page, opposite);
    await seek(page, 0.45);
    await client(page, "c1").click();
    const panel = page.getByRole("tabpanel");
    assert.equal(await panel.locator(".lock-script li").count(), 6);
    assert.equal(await panel.locator("[aria-current=step]").count(), 1);
    assert.match(await panel.locator(".lock-held").innerText(), /orders X #\d+/);
    await page.keyboard.press("p");
    await page.waitForSelector(".locker.paused[data-node=c1]");
    await page.locator(".vault").click();
    assert.deepEqual(await panel.locator("tbody th").allInnerTexts(), ["orders", "stock", "ledger"]);
    await page.locator(".server[data-node=n1]").click();
    assert.match(await panel.locator("table.left").innerText(), /orders\s+c1 X #\d+/);
    await page.locator("#tab-clients").click();
    assert.equal(await panel.locator(".lock-figures table").first().locator("tbody tr").count(), 3);
    assert.match(await panel.innerText(), /p95/);
  }));

for (const [theme, width, height] of [["light", 1440, 900], ["dark", 390, 844]]) {
  test(`nothing hinders who reads otherwise (${theme}, ${width} px)`, () =>
    withPage({ width, height, theme, language: theme === "dark" ? "id" : "en" }, async (page) => {
      await load(page, opposite);
      await seek(page, 0.52);
      await assertAccessible(page);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, "nothing sticks out to the right");
      await shoot(page, `locks-${theme}`);
    }));
}
