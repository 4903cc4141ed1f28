// Locks under the hand: a client is given a script, which is wrong at first; the policy is switched and compared; a new
// run of two groups is set up; a run is exported and opened again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, open, seek, shoot, state, waitFor, withPage } from "./harness.mjs";

const field = (page, name) => page.locator(`dialog [name=${name}]`);
const button = (page, name) => page.getByRole("button", { name });
const locks = async (page) => (await state(page)).state.locks;

// Three servers and two clients with nothing to do.
const QUIET = {
  lockstep: 1,
  lab: "locks",
  seed: 3,
  until: "6s",
  config: { clients: 2, resources: ["orders", "stock"] },
};

async function openFile(page, scenario) {
  await page.evaluate((text) => globalThis.lockstep.open(text), JSON.stringify(scenario));
  await waitFor(page, () => globalThis.lockstep.state().origin === "file");
}

test("a script is written with its error marked where it is, and the client does it", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await openFile(page, QUIET);
    await seek(page, 1);
    await page.keyboard.press("0");
    await page.keyboard.press("o");
    const script = page.locator(".scripting textarea");
    await script.fill("lock orders y; write");
    assert.equal(await script.getAttribute("aria-invalid"), "true");
    await page.locator("#about-script").getByText("s (shared) or x (exclusive)").waitFor();
    assert.equal(await page.locator(".script-place mark").textContent(), "y");
    await shoot(page, "lock-script-wrong");
    await assertAccessible(page);
    // Enter does nothing while it is wrong.
    await script.press("Enter");
    assert.equal(await script.inputValue(), "lock orders y; write");
    await script.fill("lock cellar x");
    await page.locator("#about-script").getByText("There is no resource “cellar”").waitFor();
    await page.locator(".scripting select").selectOption({ label: "two locks" });
    assert.match(await script.inputValue(), /^lock orders x; write; .* lock stock x; write$/);
    await script.fill("lock orders x; write; work 2s");
    await shoot(page, "lock-script");
    await script.press("Enter");
    await page.locator(".scripting").waitFor({ state: "detached" });
    await seek(page, 1.5);
    const busy = await locks(page);
    assert.deepEqual(busy.clients[0].script, ["lock orders x", "write", "work 2s"]);
    assert.equal(busy.resources[0].holders[0].client, "c1");
    assert.equal(busy.vault.shelves[0].writes, 1);
    // What is under way is there to be changed, and can be stopped.
    await page.keyboard.press("o");
    assert.equal(await script.inputValue(), "lock orders x; write; work 2s");
    await button(page, "Stop").click();
    await seek(page, 1.8);
    const stopped = await locks(page);
    assert.deepEqual(stopped.clients[0].script, []);
    assert.deepEqual(stopped.resources[0].holders, []);
  }));

test("on a phone a script is written as well", () =>
  withPage({ width: 390, height: 780, theme: "dark", language: "id" }, async (page) => {
    await open(page);
    await openFile(page, QUIET);
    await seek(page, 1);
    await button(page, "Skrip").click();
    await page.locator(".scripting textarea").fill("lock orders x within; write");
    await page.locator("#about-script").getByText("di sini seharusnya waktu").waitFor();
    await shoot(page, "lock-script-phone");
    await assertAccessible(page);
  }));

test("the policy is switched from now on, and compared from the beginning on", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await openFile(page, QUIET);
    await seek(page, 1);
    await page.keyboard.press("e");
    assert.equal(await page.locator(".switches li").first().locator("strong").textContent(), "Deadlock");
    assert.equal(await page.locator(".switches").getByText("Client sessions").count(), 0, "these have sessions of their own");
    await shoot(page, "lock-settings");
    await assertAccessible(page);
    await button(page, "Fencing: Now off").click();
    await waitFor(page, () => !globalThis.lockstep.state().state.locks.vault.fencing);
    await page.keyboard.press("e");
    await button(page, "Deadlock: Compare with “wait-die”").click();
    await waitFor(page, () => globalThis.lockstep.state().branch === 1);
    await seek(page, 1);
    await page.keyboard.press("e");
    await page.locator(".switches li").first().getByText("wait-die").first().waitFor();
  }));

test("a new run of two groups is set up, with what is wrong said where it is", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await page.keyboard.press("n");
    await page.locator("#lab").selectOption("locks");
    await field(page, "groups").selectOption("2");
    await field(page, "servers").fill("5");
    await page.locator("#about-servers").getByText("Must be divisible by 2").waitFor();
    await field(page, "servers").fill("6");
    await field(page, "resources").fill("a b a");
    await page.locator("#about-resources").getByText("“a” is there twice").waitFor();
    await field(page, "resources").fill("a b");
    await field(page, "clients").fill("2");
    await field(page, "c1").fill("lock a x; write; lock b q");
    await page.locator("#about-c1").getByText("s (shared) or x (exclusive)").waitFor();
    await shoot(page, "lock-new-run");
    await assertAccessible(page);
    await field(page, "c1").fill("lock a x; write; lock b x; write");
    await field(page, "c2").fill("");
    await field(page, "policy").selectOption("2");
    await page.locator("summary", { hasText: "Advanced" }).click();
    await field(page, "lost_wake_up").check();
    await shoot(page, "lock-new-run-bugs");
    await field(page, "lost_wake_up").uncheck();
    await button(page, "Begin").click();
    await waitFor(page, () => globalThis.lockstep.state().origin === "own");
    await seek(page, 3);
    const seen = await locks(page);
    assert.equal(seen.tables.length, 2);
    assert.deepEqual(seen.resources.map(({ name, group }) => [name, group]), [["a", 0], ["b", 1]]);
    assert.deepEqual(seen.vault.shelves.map(({ writes }) => writes), [1, 1]);
    // A link to this moment is the same run.
    const { digest } = await state(page);
    const link = await page.evaluate(() => globalThis.lockstep.link());
    await page.evaluate((text) => globalThis.lockstep.open(text), link);
    await waitFor(page, (text) => globalThis.lockstep.state().digest === text, digest);
    assert.equal((await state(page)).replay, "verified");
  }));
