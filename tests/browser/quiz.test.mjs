// Find the planted bug: one is planted and not named; the cluster is broken by hand, the rule is named, and a link asks
// the same of whoever opens it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, open, seek, shoot, state, waitFor, withPage } from "./harness.mjs";

const button = (page, name) => page.getByRole("button", { name, exact: true });

// Every vote is given twice here, and nobody says so.
const TWICE = {
  lockstep: 1,
  lab: "raft",
  seed: 7,
  until: "20s",
  quiz: true,
  config: { clients: 2, load: { every: "150ms" }, bugs: ["vote_twice"] },
};

async function openFile(page, scenario) {
  await page.evaluate((text) => globalThis.lockstep.open(text), JSON.stringify(scenario));
  await waitFor(page, () => globalThis.lockstep.state().origin === "file");
}

// Two servers that do not hear of each other campaign at once.
async function breakIt(page) {
  for (const key of ["1", "c", "2", "1", "t", "2", "t"]) await page.keyboard.press(key);
  await seek(page, 0.2);
  await page.getByText("A check fails: something is broken.").waitFor();
}

test("a bug is planted at random, and nothing on the page names it", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await page.keyboard.press("!");
    await page.getByRole("heading", { name: "Find the planted bug" }).waitFor();
    await waitFor(page, () => globalThis.lockstep.state().origin === "own");
    assert.match(await page.locator(".quiz").innerText(), /No check has failed yet\./);
    await assertAccessible(page);
    await page.keyboard.press("n");
    const ticked = await page.locator("dialog .bugs input:checked").count();
    assert.equal(ticked, 0, "the form of a new run keeps silent");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".quiz select").count(), 0, "there is nothing to be named yet");
    await button(page, "Hint").click();
    await page.locator(".quiz").getByText(/^It is about: /).waitFor();
    await button(page, "Give up").click();
    await page.locator(".quiz").getByText("This was the bug:").waitFor();
    assert.ok((await page.locator(".quiz strong").innerText()).length > 10);
  }));

test("the cluster is broken by hand, a wrong rule is told to be wrong, and the right one is explained", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await openFile(page, TWICE);
    await breakIt(page);
    await button(page, "Name the rule").click();
    const list = page.getByLabel("What do they do?");
    await list.selectOption("commit_old_term");
    await button(page, "That is it").click();
    await page.locator(".quiz").getByText(/No, it is another\. Tries: 1\./).waitFor();
    await shoot(page, "quiz");
    await assertAccessible(page);
    await list.selectOption("vote_twice");
    await button(page, "That is it").click();
    await page.locator(".quiz").getByText("Right! Tries: 2.").waitFor();
    await page.locator(".quiz").getByText(/^One vote a term/).waitFor();
    await assertAccessible(page);
  }));

test("a shared link asks the same, and does not tell", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await openFile(page, TWICE);
    await seek(page, 0.05);
    const link = await page.evaluate(() => globalThis.lockstep.link());
    await withPage({ width: 390, height: 844, language: "id" }, async (other) => {
      await open(other, { fragment: new URL(link).hash });
      await other.locator(".handle").click();
      await other.getByRole("heading", { name: "Temukan bug yang ditanam" }).waitFor();
      const told = await other.locator(".panel").innerHTML();
      assert.ok(!told.includes("vote_twice") && !told.includes("dalam satu term (§5.2)"));
      await other.getByRole("button", { name: "Petunjuk" }).click();
      await other.getByText("Ini tentang: Pemilihan.").waitFor();
      const small = await other.locator(".quiz button").evaluateAll((all) =>
        all.map((one) => one.getBoundingClientRect()).filter(({ height }) => height < 43.5).length,
      );
      assert.equal(small, 0, "targets can be touched");
      await assertAccessible(other);
      await shoot(other, "quiz-phone");
      assert.equal((await state(other)).branches, 1);
    });
  }));

// A shared copy is written without asking, and nobody says so.
const SILENT = {
  lockstep: 1,
  lab: "cache",
  until: "20s",
  quiz: true,
  config: { network: { delay: ["5ms", "5ms"] }, caches: 3, lines: 2, bugs: ["shared_written"] },
  choices: [
    { at: "10ms", client: "n1", read: "x" },
    { at: "30ms", client: "n2", read: "x" },
    { at: "60ms", client: "n1", write: ["x", 1] },
    { at: "80ms", client: "n2", read: "x" },
  ],
};

test("in the cache lab it is a rule of the cache, which is named once a check fails", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await openFile(page, SILENT);
    const card = page.locator(".quiz");
    await card.getByText(/^One rule of the cache is broken/).waitFor();
    assert.ok(!(await page.locator(".panel").innerHTML()).includes("shared_written"));
    await page.keyboard.press("n");
    assert.equal(await page.locator("dialog .bugs input:checked").count(), 0, "the form keeps silent");
    await page.keyboard.press("Escape");
    await seek(page, 0.2);
    await page.getByText("A check fails: something is broken.").waitFor();
    await button(page, "Name the rule").click();
    const list = page.getByLabel("What do they do?");
    assert.equal(await list.locator("option[value=vote_twice]").count(), 0, "none of Raft's");
    await list.selectOption("stale_write_back");
    await button(page, "That is it").click();
    await card.getByText(/No, it is another\. Tries: 1\./).waitFor();
    await button(page, "Hint").click();
    await card.getByText("It is about: Who may write.").waitFor();
    await assertAccessible(page);
    await shoot(page, "quiz-cache");
    await list.selectOption("shared_written");
    await button(page, "That is it").click();
    await card.getByText("Right! Tries: 2.").waitFor();
    await button(page, "Another bug").click();
    await card.getByText("No check has failed yet.").waitFor();
    await card.getByText(/^One rule of the cache is broken/).waitFor();
    assert.equal(await card.locator("select").count(), 0, "there is nothing to be named yet");
  }));

test("and it is told in Indonesian, too", () =>
  withPage({ width: 1440, height: 900, language: "id" }, async (page) => {
    await open(page);
    await openFile(page, SILENT);
    await page.locator(".quiz").getByText(/^Satu aturan cache dilanggar/).waitFor();
    await button(page, "Petunjuk").click();
    await page.locator(".quiz").getByText("Ini tentang: Siapa boleh menulis.").waitFor();
  }));
