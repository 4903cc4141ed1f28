// The cache lab as people use it: read and write, watch states change, follow a transaction, choose a line, and fill the
// table of transitions in.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { assertAccessible, open, seek, shoot, state, waitFor, withPage } from "./harness.mjs";

// Two caches that share x; then one of them writes it. Every message takes 10 ms.
const upgrade = {
  lockstep: 1,
  lab: "cache",
  seed: 1,
  until: "200ms",
  config: { caches: 3, lines: 2, network: { delay: ["10ms", "10ms"] } },
  choices: [
    { at: "5ms", client: "n1", read: "x" },
    { at: "40ms", client: "n2", read: "x" },
    { at: "80ms", client: "n1", write: ["x", 7] },
  ],
};

const load = async (page, scenario = upgrade) => {
  await open(page);
  await page.evaluate((text) => globalThis.lockstep.open(text), JSON.stringify(scenario));
  await page.waitForSelector(".cache-card");
};

const card = (page, name) => page.locator(`.cache-card:has([data-node=${name}])`);
const stateOf = (page, name, line) => card(page, name).locator(`[data-line=${line}]`).getAttribute("data-state");
const panel = (page) => page.getByRole("tabpanel");

test("a write is seen from its request to its last acknowledgement", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await load(page);
    assert.equal(await stateOf(page, "n1", "x"), "I");
    await seek(page, 0.03);
    assert.equal(await stateOf(page, "n1", "x"), "E", "nobody else has it");
    await seek(page, 0.075);
    assert.deepEqual([await stateOf(page, "n1", "x"), await stateOf(page, "n2", "x")], ["S", "S"]);
    await seek(page, 0.085);
    assert.equal(await stateOf(page, "n1", "x"), "SM_AD");
    assert.equal(await page.locator(".stage .message.line-request").count(), 1);
    await shoot(page, "cache-request");
    await seek(page, 0.095);
    assert.equal(await page.locator(".stage .message.invalidate").count(), 1);
    assert.equal(await page.locator(".stage .message.data").count(), 1);
    await seek(page, 0.105);
    assert.deepEqual([await stateOf(page, "n1", "x"), await stateOf(page, "n2", "x")], ["SM_A", "I"]);
    assert.equal(await page.locator(".stage .message.invalidate-ack").count(), 1);
    await shoot(page, "cache-ack");
    await seek(page, 0.12);
    assert.equal(await stateOf(page, "n1", "x"), "M");
    assert.equal(await page.locator(".home-card [data-line=x] .stale").textContent(), "0 (stale)", "memory is out of date");
  }));

test("one transaction is followed, and the others step back", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    const choices = [...upgrade.choices, { at: "84ms", client: "n3", read: "y" }];
    await load(page, { ...upgrade, choices });
    await seek(page, 0.09);
    await waitFor(page, () => document.querySelectorAll(".finished .transaction").length === 2);
    assert.equal(await page.locator(".transactions .transaction").count(), 4, "two reads are over, two are under way");
    await page.locator(".transaction[data-transaction='n1#2']").click();
    await page.mouse.move(5, 5);
    await waitFor(page, () => document.querySelectorAll(".stage .message.dim").length === 1);
    assert.match(await page.locator(".stage .message.dim .shape").getAttribute("aria-label"), /GetS y/);
    await seek(page, 0.105);
    assert.equal(await page.locator(".stage .message:not(.dim)").count(), 1, "the acknowledgement belongs to it");
    await seek(page, 0.15);
    await page.waitForSelector(".finished .transaction[data-transaction='n1#2'][aria-pressed=true]");
    const hops = await panel(page).locator(".trail tbody tr").allInnerTexts();
    assert.match(hops[0], /GetM\s+n1 → h1\s+80\.0 → 90\.0 ms/);
    assert.match(hops.at(-1), /Inv-Ack\s+n2 → n1\s+100\.0 → 110\.0 ms/);
    assert.equal(hops.length, 4);
    assert.ok((await page.locator(".scrubber path.flight.past").count()) > 0, "its messages stand out");
    assert.ok((await page.locator(".scrubber path.flight.concurrent").count()) > 0, "the others step back");
    await shoot(page, "cache-trail");
    await page.locator(".transaction[aria-pressed=true]").click();
    await page.mouse.move(5, 5);
    await waitFor(page, () => document.querySelectorAll(".stage .message.dim").length === 0);
  }));

test("the transition that has just happened lights up in the state diagram", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await load(page);
    await seek(page, 0.085);
    await page.locator(".cache-card [data-node=n1]").click({ position: { x: 14, y: 12 } });
    assert.equal(await page.locator(".state-diagram").getAttribute("data-current"), "SM_AD");
    assert.match(await page.locator(".transition.lit title").textContent(), /^S → SM_AD: store/);
    assert.equal(await page.locator(".happened").textContent(), "store");
    await seek(page, 0.12);
    assert.equal(await page.locator(".state-diagram").getAttribute("data-current"), "M");
    await page.locator(".cache-card [data-node=n2]").click({ position: { x: 14, y: 12 } });
    assert.match(await page.locator(".transition.lit title").textContent(), /^S → I: Inv/);
  }));

test("a chosen line paints the lanes, by mouse and by key", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await load(page);
    await seek(page, 0.15);
    const painted = () => page.locator(".scrubber path.stretch.line-m").count();
    assert.ok((await painted()) > 0, "x was modified");
    await page.locator(".home-card [data-line=y]").focus();
    await page.keyboard.press("Enter");
    assert.equal(await page.locator(".home-card [data-line=y]").getAttribute("aria-pressed"), "true");
    assert.equal(await painted(), 0, "y was not");
    await page.locator(".cache-card [data-line=x]").first().click();
    assert.ok((await painted()) > 0);
  }));

test("a processor is asked to read and to write", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await load(page, { ...upgrade, choices: [] });
    await seek(page, 0.01);
    await page.locator(".cache-card [data-node=n3]").click({ position: { x: 14, y: 12 } });
    await panel(page).getByRole("button", { name: "write x 1" }).click();
    assert.equal(await stateOf(page, "n3", "x"), "IM_AD");
    await seek(page, 0.1);
    assert.equal(await stateOf(page, "n3", "x"), "M");
    const { state: seen } = await state(page);
    assert.deepEqual(seen.cache.caches[2].copies[0].words, [1]);
    await panel(page).getByRole("button", { name: "evict x" }).click();
    assert.equal(await stateOf(page, "n3", "x"), "MI_A");
  }));

test("the table fills in, and a cell leads to where it was", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await load(page);
    await seek(page, 0.15);
    await page.locator("#tab-rules").click();
    const told = async (what) => Number(what.exec(await panel(page).locator(".cells-seen").innerText())[1]);
    const count = () => told(/seen (\d+) of/);
    const here = () => told(/(\d+) of them in\s+this run/);
    const seen = await count();
    assert.equal(await here(), seen);
    assert.equal(await page.locator(".matrix button.moves.seen").count(), seen);
    assert.ok(seen >= 6, `${seen}`);
    await shoot(page, "cache-table");
    await panel(page).getByRole("button", { name: "S × store: seen" }).click();
    await panel(page).locator(".cell-detail", { hasText: /send GetM\s*→\s*SM_AD/ }).waitFor();
    await panel(page).getByRole("button", { name: "Earlier example" }).click();
    await waitFor(page, () => globalThis.lockstep.state().time_us === 80_000);
    assert.equal(await stateOf(page, "n1", "x"), "SM_AD");
    assert.ok((await here()) < seen, "what comes later has not happened there");
    assert.equal(await count(), seen, "but it was seen");
    await panel(page).getByRole("button", { name: /^Directory$/ }).click();
    assert.ok((await page.locator(".matrix tbody tr").count()) >= 4);
  }));

test("the figures count what was served and what was not", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await load(page);
    await seek(page, 0.15);
    await page.locator("#tab-clients").click();
    assert.match(await panel(page).innerText(), /hit rate\s+0 %/);
    assert.match(await panel(page).innerText(), /cold/);
  }));

// n2's read makes the home wait for n1's data; n3's comes meanwhile.
const stalled = {
  ...upgrade,
  choices: [
    { at: "5ms", client: "n1", write: ["x", 7] },
    { at: "40ms", client: "n2", read: "x" },
    { at: "45ms", client: "n3", read: "x" },
  ],
};

test("what really has to wait counts as seen, and leads to where it had to", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await load(page, stalled);
    await seek(page, 0.15);
    await page.locator("#tab-rules").click();
    await panel(page).getByRole("button", { name: /^Directory$/ }).click();
    await panel(page).getByRole("button", { name: "S_D × GetS: seen" }).click();
    await panel(page).getByRole("button", { name: "Earlier example" }).click();
    await waitFor(page, () => globalThis.lockstep.state().time_us === 55_000);
    assert.match(await page.locator(".home-card [data-line=x] .waits").textContent(), /n3 GetS/);
  }));

test("the directory has a state diagram of its own", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await load(page, stalled);
    await seek(page, 0.052);
    await page.locator(".diagram").getByRole("button", { name: "Directory" }).click();
    const diagram = page.locator(".state-diagram");
    assert.equal(await diagram.getAttribute("data-current"), "S_D");
    assert.match(await page.locator(".transition.lit title").textContent(), /^M → S_D: GetS/);
    assert.equal(await page.locator(".happened").textContent(), "GetS");
    assert.equal(await page.locator(".state-diagram .state").count(), 5);
    await page.locator(".diagram").getByRole("button", { name: "Cache" }).focus();
    await page.keyboard.press("Enter");
    assert.equal(await page.locator(".state-diagram .state").count(), 13);
  }));

test("a connection that breaks is drawn between its nodes and on their lanes", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    const choices = [
      { at: "30ms", partition: [["n1"], ["n2", "n3", "h1"]] },
      { at: "60ms", heal: "all" },
    ];
    await load(page, { ...upgrade, until: "2s", choices });
    await seek(page, 0.04);
    const broken = page.getByRole("img", { name: /The connection of n1 and \w+ is broken/ });
    assert.equal(await broken.count(), 3);
    await seek(page, 0.065);
    const opening = page.getByRole("img", { name: "The connection of n1 and h1 is being opened" });
    assert.equal(await opening.count(), 1);
    await seek(page, 1.5);
    assert.equal(await page.locator(".joint").count(), 0);
    assert.ok((await page.locator(".scrubber .dot.parted").count()) > 0, "where it was found broken");
    assert.ok((await page.locator(".scrubber .dot.joined").count()) > 0, "where it was open again");
    await shoot(page, "cache-connections");
  }));

test("Raft's connections are drawn as well", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    const scenario = {
      lockstep: 1,
      lab: "raft",
      until: "2s",
      config: { servers: 3, network: { transport: "streams" } },
      choices: [{ at: "800ms", partition: [["n1"], ["n2", "n3"]] }],
    };
    await page.evaluate((text) => globalThis.lockstep.open(text), JSON.stringify(scenario));
    await waitFor(page, () => document.querySelectorAll(".stage .server").length === 3);
    await seek(page, 0.9);
    const broken = page.getByRole("img", { name: /^The connection of n1 and n[23] is broken$/ });
    assert.equal(await broken.count(), 2);
  }));

const story = async (name) => JSON.parse(await readFile(new URL(`../../core/src/scenario/gallery/${name}.json`, import.meta.url)));

test("what is broken is said first, with the values that show it", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await load(page, await story("cache-bug-swap-on-shared"));
    await seek(page, 0.02);
    assert.doesNotMatch(await page.locator("#headline").innerText(), /does not hold/);
    await seek(page, 0.2);
    const shown = "n2 read x = 0, the last write was 1";
    assert.equal(await page.locator("#headline").innerText(), `“Data value” does not hold: ${shown}`);
    await page.getByRole("tab", { name: /^Checks/ }).click();
    await panel(page).locator(".failure", { hasText: shown }).waitFor();
    await assertAccessible(page);
    await shoot(page, "cache-broken");
  }));

test("what a card has no room for is counted, and one press shows it", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await load(page, { ...upgrade, config: { ...upgrade.config, caches: 8, homes: 4, lines: 20 } });
    const more = page.locator(".home-card .more");
    const shown = await page.locator(".home-card [data-line]").count();
    const counts = await more.evaluateAll((all) => all.map((one) => Number(/\+(\d+) more/.exec(one.textContent)[1])));
    assert.equal(counts.reduce((all, one) => all + one, shown), 20);
    await page.locator(".home-card [data-node=h2]").focus();
    await page.keyboard.press("Enter");
    await panel(page).getByRole("button", { name: "x", exact: true }).waitFor();
    await shoot(page, "cache-many");
  }));

test("a branch that nobody was on is run where it is compared, and has a name in the page's language", () =>
  withPage({ width: 1440, height: 900, language: "id" }, async (page) => {
    await load(page, await story("cache-owner-crash"));
    await seek(page, 0.3);
    const limbs = await page.locator(".limb text").allTextContents();
    assert.deepEqual(limbs, ["Tanpa batas", "Write-back dalam 20 ms"]);
    await page.locator(".branch-row select").selectOption({ label: "Write-back dalam 20 ms" });
    await waitFor(page, () => document.querySelectorAll(".line.other .lanes path[d]").length > 3);
    await page.locator(".difference").waitFor();
    assert.equal(await page.locator(".line.other .branch-name").textContent(), "Write-back dalam 20 ms");
    await shoot(page, "cache-compared");
  }));

test("between a phone and a laptop nothing sticks out", () =>
  withPage({ width: 1280, height: 720, language: "id" }, async (page) => {
    await load(page);
    for (const width of [1440, 1280, 1024, 800]) {
      await page.setViewportSize({ width, height: 720 });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${width} px: ${over}`);
    }
  }));

for (const [width, height, hasTouch] of [[1440, 900, false], [390, 844, true]]) {
  test(`the table opens large, says all, and Escape closes it (${width} px)`, () =>
    withPage({ width, height, hasTouch }, async (page) => {
      await load(page);
      await seek(page, 0.15);
      if (hasTouch) await page.getByRole("button", { name: "Open details" }).click();
      await page.locator("#tab-rules").click();
      await panel(page).getByRole("button", { name: "Open large" }).click();
      const dialog = page.getByRole("dialog", { name: "The table of transitions" });
      const cell = dialog.getByRole("button", { name: /send GetM → SM_AD \(seen\)/ });
      await cell.focus();
      await page.keyboard.press("Enter");
      await dialog.locator(".cell-detail", { hasText: "S × store" }).waitFor();
      await assertAccessible(page);
      const box = await dialog.boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= width, "it fits");
      await shoot(page, `cache-table-${width}`);
      await page.keyboard.press("Escape");
      await waitFor(page, () => !document.querySelector("dialog"));
    }));
}

test("a finger finds everything on the stage", () =>
  withPage({ width: 390, height: 844, hasTouch: true }, async (page) => {
    await load(page, { ...upgrade, config: { ...upgrade.config, caches: 6, lines: 4 } });
    await seek(page, 0.095);
    const small = await page.locator("button, .stage [role=button], a, select").evaluateAll((all) =>
      all
        .map((one) => [one, (one.querySelector(".hit") ?? one).getBoundingClientRect()])
        .filter(([, { width, height }]) => width > 0 && (width < 43.5 || height < 43.5))
        .map(([one, { width, height }]) => `${one.outerHTML.slice(0, 60)} ${width} × ${height}`),
    );
    assert.deepEqual(small, []);
  }));

for (const [theme, width, height] of [["light", 1440, 900], ["dark", 390, 844]]) {
  test(`nothing hinders who reads otherwise (${theme}, ${width} px)`, () =>
    withPage({ width, height, theme, language: theme === "dark" ? "id" : "en" }, async (page) => {
      await load(page, { ...upgrade, config: { ...upgrade.config, caches: 4, lines: 4 } });
      await seek(page, 0.095);
      await assertAccessible(page);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, "nothing sticks out to the right");
      await shoot(page, `cache-${theme}`);
    }));
}
