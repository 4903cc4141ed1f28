// Branches as a tree, compared two at a time; bookmarks that travel; projector mode. Each test does what a person
// does, by mouse or keys, and reads what the page then says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, open, shoot, state, withPage } from "./harness.mjs";

async function seek(page, seconds) {
  await page.evaluate((time) => globalThis.lockstep.seek(time), seconds);
  await at(page, seconds);
}

// Waits until the cursor is at a time, and on a branch if one is given.
async function at(page, seconds, branch) {
  await page.waitForFunction(
    ([time, branch]) => {
      const now = globalThis.lockstep.state();
      const there = now.time_us === Math.round(time * 1e6) && (branch ?? now.branch) === now.branch;
      return there && !now.travelling;
    },
    [seconds, branch],
  );
}

const branches = (page, count) => page.waitForFunction((count) => globalThis.lockstep.state().branches === count, count);
const limb = (page, name) => page.getByRole("button", { name });
const names = (page) => page.locator(".limb text").allTextContents();

// A is seen up to 1.5 s; on B its leader crashes at 0.6 s; on C, which grows from B, the network parts at 0.9 s.
async function grow(page) {
  await seek(page, 1.5);
  await seek(page, 0.6);
  const leader = await page.locator(".server.leader").getAttribute("data-node");
  for (const key of [leader.slice(1), "k"]) await page.keyboard.press(key);
  await branches(page, 2);
  await seek(page, 1.2);
  await seek(page, 0.9);
  await page.keyboard.press("x");
  for (const key of ["1", "2", "Enter"]) await page.keyboard.press(key);
  await branches(page, 3);
  await seek(page, 1.4);
}

// Writes into the field that has just opened.
async function write(page, text) {
  await page.locator("#entry").fill(text);
  await page.keyboard.press("Enter");
  await page.locator("#entry").waitFor({ state: "detached" });
}

test("branches are a tree with names, and a click goes to one", () =>
  withPage({}, async (page) => {
    await open(page);
    assert.equal(await page.locator(".limb").count(), 0, "one branch is no tree");
    await grow(page);
    assert.equal((await names(page)).join(), "A,B: crash,C: partition");
    assert.equal(await page.locator(".limb.current").getAttribute("aria-label"), "C: partition, from B at 0.900 s");
    await limb(page, /^B: crash/).click();
    await at(page, 1.4, 1);
    // By keyboard too.
    await limb(page, /^A$/).focus();
    await page.keyboard.press("Enter");
    await at(page, 1.4, 0);
    await assertAccessible(page);
    await shoot(page, "branches");
  }));

test("a branch is renamed in place, and deleted without its children", () =>
  withPage({}, async (page) => {
    await open(page);
    await grow(page);
    await page.locator(".limb.current").focus();
    await page.keyboard.press("F2");
    await write(page, "cut in two");
    assert.equal((await names(page))[2], "cut in two: partition");
    await limb(page, /^B: crash/).click();
    await at(page, 1.4, 1);
    await page.getByRole("button", { name: "Delete" }).click();
    const question = page.locator(".author-row [role=alert]");
    assert.match(await question.innerText(), /^Delete B\? .*What grew from it stays: cut in two\.$/);
    await page.getByRole("button", { name: "Keep it" }).click();
    assert.equal((await state(page)).branches, 3);
    await limb(page, /^B: crash/).focus();
    await page.keyboard.press("Delete");
    await page.getByRole("button", { name: "Delete" }).click();
    await branches(page, 2);
    await at(page, 1.4, 0);
    assert.equal((await names(page)).join(), "A,cut in two: crash");
    await limb(page, /^cut in two/).click();
    await at(page, 1.4, 1);
    const { state: seen } = await state(page);
    assert.deepEqual([seen.servers.filter(({ up }) => !up).length, seen.cuts.length], [1, 12]);
  }));

test("two branches are compared side by side, and the first difference is put into words", () =>
  withPage({}, async (page) => {
    await open(page);
    await grow(page);
    await page.getByLabel("Compare with").selectOption({ label: "A" });
    const words = page.locator(".difference");
    await words.waitFor();
    const text = await words.innerText();
    const [, time] = text.match(/First difference at (\d\.\d{3}) s\./);
    assert.ok(Number(time) >= 0.6 && Number(time) < 0.7, text);
    assert.match(text, /C\s*n\d is crashed\. — This does not happen\./);
    assert.match(text, /A\s*n\d's heartbeat timer runs out\./);
    assert.equal(await page.locator(".lanes .differs").count(), 2, "it is marked on both");
    await page.waitForSelector(".line.other .flight");
    const positions = await page.locator(".differs").evaluateAll((marks) => marks.map((mark) => mark.getAttribute("transform")));
    assert.equal(positions[0], positions[1]);
    await page.getByRole("button", { name: "Go there" }).click();
    await page.waitForFunction((time) => {
      return Math.floor(globalThis.lockstep.state().time_us / 1_000) === Math.round(time * 1_000);
    }, Number(time));
    await assertAccessible(page);
    await shoot(page, "compared");
    // It stays while the run is played, and goes on to the other branch.
    await page.locator(".play").click();
    await page.waitForFunction(() => globalThis.lockstep.state().time_us > 700_000);
    await page.locator(".play").click();
    assert.equal(await page.locator(".lanes .differs").count(), 2);
    await page.getByLabel("Compare with").selectOption({ label: "none" });
    await page.locator(".line.other").waitFor({ state: "detached" });
  }));

test("a bookmark is set, found, and opens elsewhere from a shared link", () =>
  withPage({}, async (page) => {
    await open(page);
    await grow(page);
    await page.keyboard.press("*");
    await write(page, "Two of five can do nothing");
    await page.locator(".caption").getByText("Two of five can do nothing").waitFor();
    await seek(page, 0.3);
    assert.equal(await page.locator(".caption").count(), 0, "it is not said before");
    await page.getByRole("button", { name: "Bookmark this moment" }).click();
    await write(page, "Nobody has failed yet");
    assert.equal(await page.locator(".lanes .flag").count(), 2, "both are on the ruler");
    const link = await page.evaluate(() => globalThis.lockstep.link());
    await withPage({}, async (other) => {
      await open(other, { fragment: new URL(link).hash });
      await other.locator(".caption").getByText("Nobody has failed yet").waitFor();
      assert.equal((await names(other)).join(), "A,B: crash,C: partition");
      await other.keyboard.press("b");
      await at(other, 0.3, 0);
      await other.getByRole("button", { name: /^Bookmarks/ }).click();
      await assertAccessible(other);
      await other.getByRole("button", { name: "Two of five" }).click();
      await at(other, 1.4, 2);
      await other.keyboard.press("[");
      await at(other, 0.3, 2);
      await other.keyboard.press("]");
      await at(other, 1.4, 2);
      // What is said can be changed, and taken away.
      await other.getByRole("button", { name: /^Bookmarks/ }).click();
      await other.getByRole("button", { name: "Edit" }).nth(1).click();
      await write(other, "A minority can do nothing");
      await other.locator(".caption").getByText("A minority can do nothing").waitFor();
      await other.getByRole("button", { name: "Delete" }).nth(1).click();
      await other.locator(".caption").getByText("Nobody has failed yet").waitFor();
    });
    // A press on its star goes to a bookmark.
    await seek(page, 1.3);
    await page.locator(".lanes .flag").first().click();
    await at(page, 0.3, 2);
  }));

for (const [width, height] of [[1280, 720], [1920, 1080]]) {
  test(`projector mode is large, has few controls, and is left by Escape, at ${width} × ${height}`, () =>
    withPage({ width, height }, async (page) => {
      await open(page);
      await seek(page, 0.5);
      await page.keyboard.press("*");
      await write(page, "Every heartbeat puts off the next election");
      await seek(page, 1.0);
      await page.keyboard.press("f");
      await page.locator(".page.projector").waitFor();
      await page.getByRole("button", { name: "Previous bookmark" }).click();
      await at(page, 0.5);
      const caption = page.locator(".caption");
      const size = await caption.evaluate((element) => parseFloat(getComputedStyle(element).fontSize));
      assert.ok(size >= 28, `${size} px`);
      for (const hidden of [".bar button", ".panel", ".tools-box", ".speed", ".lens"]) {
        assert.ok(!(await page.locator(hidden).first().isVisible()), hidden);
      }
      const whole = await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight);
      assert.ok(whole, "nothing has to be scrolled");
      await assertAccessible(page);
      await shoot(page, `projector-${width}`);
      await page.keyboard.press("Escape");
      await page.locator(".page.projector").waitFor({ state: "detached" });
      await page.locator(".panel").waitFor();
    }));
}

test("an address may ask for projector mode", () =>
  withPage({}, async (page) => {
    await open(page, { fragment: "?projector" });
    await page.locator(".page.projector").waitFor();
    await page.getByRole("button", { name: "Leave" }).click();
    await page.locator(".page.projector").waitFor({ state: "detached" });
  }));

test("on a phone the tree and the bookmarks have targets to be touched", () =>
  withPage({ width: 390, height: 844 }, async (page) => {
    await open(page);
    await grow(page);
    const small = await page.locator(".limb .hit, .bookmarks button, .author-row button").evaluateAll((all) =>
      all.map((one) => one.getBoundingClientRect()).filter(({ width, height }) => width < 44 || height < 43.5).length,
    );
    assert.equal(small, 0);
    const { scrollWidth, clientWidth } = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return { scrollWidth, clientWidth };
    });
    assert.ok(scrollWidth <= clientWidth, "nothing sticks out");
    await shoot(page, "branches-phone");
  }));
