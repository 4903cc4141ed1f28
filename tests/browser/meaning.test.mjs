// Looking for meaning: steps to something, breakpoints, the list of events, why, cause and effect, the rules. Each test
// goes through buttons and keys, and checks what the page then says against what `window.lockstep` tells of the run.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, open, shoot, state, withPage } from "./harness.mjs";

const notice = (page) => page.locator(".notice");
const tab = (page, name) => page.getByRole("tab", { name }).click();

// Waits until the cursor stands at another step, and gives the state there.
async function moved(page, from) {
  await page.waitForFunction((steps) => {
    const { travelling, state: seen } = globalThis.lockstep.state();
    return !travelling && seen.steps !== steps;
  }, from);
  return state(page);
}

// Goes to the first commit of the first story, and asks why.
async function whyCommitted(page) {
  await open(page);
  await page.keyboard.press(".");
  await notice(page).getByRole("button", { name: "Why?" }).click();
  await page.waitForSelector(".chain");
}

test("steps with meaning go to the next commit and back", () =>
  withPage({}, async (page) => {
    await open(page);
    await page.getByRole("button", { name: "Next: commit" }).click();
    const first = await moved(page, 0);
    await page.waitForSelector("text=commits up to entry 1");
    await page.keyboard.press(".");
    const second = await moved(page, first.state.steps);
    assert.ok(second.time_us > first.time_us);
    assert.equal(second.state.situation.committed, 2);
    await page.keyboard.press(",");
    const back = await moved(page, second.state.steps);
    assert.equal(back.digest, first.digest);
    await page.keyboard.press(",");
    await page.waitForSelector("text=None before this.");
  }));

test("a long search can be stopped", () =>
  withPage({}, async (page) => {
    await open(page);
    await page.getByLabel("Step to").selectOption({ label: "check failure" });
    await page.locator(".step-to button").last().click();
    await page.waitForSelector(".notice:has-text('Searching')");
    await page.keyboard.press("Escape");
    await page.waitForSelector(".notice", { state: "detached" });
    assert.equal((await state(page)).time_us, 0);
  }));

test("playing stops when a leader is elected, at the very step", () =>
  withPage({}, async (page) => {
    await open(page);
    await tab(page, "Checks");
    await page.getByLabel("Stop at…").selectOption({ label: "leader elected" });
    await page.locator(".breakpoints li").waitFor();
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await page.waitForSelector(".notice:has-text('Stopped: leader elected')");
    const stopped = await state(page);
    assert.equal(stopped.playing, false);
    const events = await page.evaluate(() => globalThis.lockstep.events(1));
    assert.match(JSON.stringify(events), /becomes the leader/);
    await page.getByRole("button", { name: "Remove: leader elected" }).click();
    await page.locator(".breakpoints li").waitFor({ state: "detached" });
  }));

test("the list of events finds a text, follows, and leads to where it was", () =>
  withPage({}, async (page) => {
    await open(page);
    await page.keyboard.press(".");
    const { state: { steps } } = await moved(page, 0);
    await tab(page, "Events");
    await page.waitForSelector(".events li");
    assert.ok((await page.locator(".events li").count()) <= 200);
    await page.getByLabel("Find text").fill("becomes the LEADER");
    await page.waitForFunction(() => document.querySelectorAll(".events li").length === 1);
    await page.locator(".events li button").click();
    const { state: there } = await moved(page, steps);
    assert.ok(there.steps < steps);
    await page.locator(".events li.selected").getByRole("button", { name: "Why?" }).click();
    await page.waitForSelector(".members");
    await tab(page, "Events");
    await page.getByLabel("Find text").fill("");
    await page.getByLabel("Node", { exact: true }).selectOption("n2");
    await page.waitForFunction(() => {
      const rows = [...document.querySelectorAll(".events li")];
      return rows.length > 1 && rows.every((row) => row.textContent.includes("n2"));
    });
  }));

test("why shows the chain from a client's wish to the commit, and every member of the majority", () =>
  withPage({}, async (page) => {
    await whyCommitted(page);
    const links = await page.locator(".inspect > .chain > li").allInnerTexts();
    assert.match(links[0], /c1 is asked to put/);
    assert.match(links.at(-1), /commits up to entry 1.*§5\.4\.2/s);
    assert.equal(await page.locator(".member").count(), 3);
    await page.locator(".member summary").first().click();
    assert.ok((await page.locator(".member[open] .chain > li").count()) > 2);
    await assertAccessible(page);
    await shoot(page, "why");
  }));

test("cause and effect are counted and drawn, and both clocks told", () =>
  withPage({}, async (page) => {
    await whyCommitted(page);
    await page.getByRole("button", { name: "Cause and effect" }).click();
    const counts = await page.locator(".cone-counts").innerText();
    const [past, , concurrent] = counts.match(/\d+/g).map(Number);
    assert.ok(past > 10 && concurrent > 0, counts);
    await page.waitForSelector(".lanes .past");
    await page.getByRole("button", { name: "Clocks" }).click();
    await page.waitForSelector(".stamp:has-text('Lamport')");
  }));

test("the rule that just fired is lit, a press goes to its next firing, and its code can be read", () =>
  withPage({}, async (page) => {
    await open(page);
    await tab(page, "Rules");
    const rule = page.locator(".rules li", { hasText: "Otherwise: vote for it" });
    await rule.locator("button").click();
    const first = await moved(page, 0);
    await page.waitForSelector(".rules li.lit:has-text('Otherwise: vote for it')");
    await rule.locator("button").click();
    const second = await moved(page, first.state.steps);
    assert.ok(second.state.steps > first.state.steps);
    await assertAccessible(page);
    for (const link of await page.locator(".rules a").all()) {
      const [address, fragment] = (await link.getAttribute("href")).split("#:~:text=");
      const code = await page.evaluate(async (url) => (await fetch(url)).text(), address);
      assert.ok(code.includes(decodeURIComponent(fragment)), `${fragment} in ${address}`);
    }
  }));
