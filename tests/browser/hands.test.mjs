// What a person does with their hands: messages held, delayed and delivered, timers fired, links cut and the cluster
// parted by dragging; a configuration set up, and the clients' history judged.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, open, seek, shoot, state, waitFor, withPage } from "./harness.mjs";

const messages = async (page) => (await state(page)).state.messages;
const middle = async (locator) => {
  const { x, y, width, height } = await locator.boundingBox();
  return [x + width / 2, y + height / 2];
};
const server = (page, name) => page.locator(`.server[data-node=${name}] .disc`);

// Presses at one place, goes to another and lets go there.
async function drag(page, [fromX, fromY], [toX, toY], before = async () => {}) {
  await page.mouse.move(fromX, fromY);
  await page.mouse.down();
  await page.mouse.move((fromX + toX) / 2, (fromY + toY) / 2, { steps: 3 });
  await page.mouse.move(toX, toY, { steps: 3 });
  await before();
  await page.mouse.up();
}

// In the first story, the first candidate's requests for votes are on their way at this time.
const VOTES_FLY = 0.203;

test("a message is held, stays where it is, and is delivered", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await seek(page, VOTES_FLY);
    const [{ name, due_us }] = await messages(page);
    await page.locator(`[data-message="${name}"]`).click();
    await page.getByRole("button", { name: "Hold" }).click();
    await waitFor(page, () => globalThis.lockstep.state().state.messages.some(({ held }) => held));
    const [held] = (await messages(page)).filter((message) => message.held);
    assert.equal(held.name, name);
    await seek(page, 0.8);
    assert.ok(due_us < 800_000);
    const mark = page.locator(`.message.held [data-message="${name}"]`);
    assert.equal(await mark.locator(".badge").count(), 1, "it is seen to be held");
    await shoot(page, "held");
    await page.getByRole("button", { name: "Deliver" }).click();
    await waitFor(page, (name) => globalThis.lockstep.state().state.messages.every((message) => message.name !== name || !message.held), name);
    await seek(page, 0.801);
    assert.ok((await messages(page)).every((message) => message.name !== name), "it has arrived");
  }));

test("a message is let go after it was held, and delayed by a number", () =>
  withPage({}, async (page) => {
    await open(page);
    await seek(page, VOTES_FLY);
    const [{ name, due_us }] = await messages(page);
    const due = async () => (await messages(page)).find((message) => message.name === name).due_us;
    await page.keyboard.press("m");
    await page.keyboard.press("u");
    await page.getByRole("button", { name: "Let go" }).click();
    await waitFor(page, () => globalThis.lockstep.state().state.messages.every(({ held }) => !held));
    assert.equal(await due(), due_us);
    await page.keyboard.press("y");
    await page.getByLabel("longer by").fill("-3");
    assert.match(await page.locator(".wrong").innerText(), /Must be 0 ms–1 hour/);
    await page.getByRole("button", { name: "100 ms" }).click();
    await page.getByLabel("longer by").fill("12.5");
    await page.keyboard.press("Enter");
    await page.locator(".tools").getByRole("button", { name: /^Delay/ }).waitFor();
    assert.equal(await due(), due_us + 12_500);
  }));

test("a menu at the message does the same, by the right button, by a second click and by the keyboard", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await seek(page, VOTES_FLY);
    const [{ name }] = await messages(page);
    const mark = page.locator(`[data-message="${name}"]`);
    const menu = page.getByRole("group", { name, exact: true });
    await mark.click({ button: "right" });
    await menu.waitFor();
    await shoot(page, "menu");
    await assertAccessible(page);
    await page.keyboard.press("Escape");
    await menu.waitFor({ state: "detached" });
    await mark.click();
    await menu.waitFor();
    await page.keyboard.press("Escape");
    await mark.focus();
    await page.keyboard.press("Enter");
    await menu.getByRole("button", { name: "Lose" }).click();
    await seek(page, VOTES_FLY + 0.001);
    assert.ok((await messages(page)).every((message) => message.name !== name));
  }));

test("a message is dragged to its receiver, and another back so that it takes longer", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await seek(page, VOTES_FLY);
    const [first, second] = await messages(page);
    const place = (name) => middle(page.locator(`[data-message="${name}"] .hit`));
    await drag(page, await place(first.name), await middle(server(page, first.to)), async () => {
      await page.getByText(`Let go to deliver ${first.name}.`).waitFor();
    });
    await seek(page, VOTES_FLY + 0.0001);
    assert.ok((await messages(page)).every(({ name }) => name !== first.name));
    const from = await middle(server(page, second.from));
    const at = await place(second.name);
    const back = [0, 1].map((axis) => at[axis] + (from[axis] - at[axis]) * 0.15);
    await drag(page, at, back);
    await waitFor(page, ({ name, due_us }) => {
      const found = globalThis.lockstep.state().state.messages.find((message) => message.name === name);
      return found.due_us > due_us;
    }, second);
  }));

test("every timer of a node is listed with what is left of it, and fires now", () =>
  withPage({}, async (page) => {
    await open(page);
    await seek(page, 0.1);
    await page.keyboard.press("3");
    const line = page.locator(".facts .timer");
    assert.match(await line.innerText(), /election timer\s+\d+ ms \/ \d+ ms/);
    await page.getByRole("button", { name: "Fire now: election timer" }).click();
    await waitFor(page, () => globalThis.lockstep.state().state.servers[2].role === "candidate");
    // A client that waits for an answer has timers, too.
    await seek(page, 0.8);
    await page.keyboard.press("o");
    await page.keyboard.press("Enter");
    await page.keyboard.press("0");
    await page.getByRole("button", { name: "Fire now: gives up" }).click();
    await waitFor(page, () => globalThis.lockstep.state().state.clients[0].last.outcome === "unknown");
  }));

test("a link is cut by dragging from one server to another, one way with Shift, and healed by a click", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await seek(page, 0.6);
    const at = async (name) => middle(server(page, name));
    await drag(page, await at("n1"), await at("n3"), async () => {
      assert.equal(await page.locator("line.drag.aims").count(), 1);
      await page.getByText("Let go to cut n1 ↔ n3.").waitFor();
      await shoot(page, "drag-cut");
    });
    const cuts = async () => (await state(page)).state.cuts.map((cut) => cut.join(">")).sort();
    await waitFor(page, () => globalThis.lockstep.state().state.cuts.length === 2);
    assert.deepEqual(await cuts(), ["n1>n3", "n3>n1"]);
    await page.keyboard.down("Shift");
    await drag(page, await at("n5"), await at("n4"));
    await page.keyboard.up("Shift");
    await waitFor(page, () => globalThis.lockstep.state().state.cuts.length === 3);
    assert.ok((await cuts()).includes("n5>n4"));
    await shoot(page, "cuts");
    await assertAccessible(page);
    // Nothing is cut where a drag ends nowhere, and a short one is a click.
    await drag(page, await at("n2"), (await at("n2")).map((place) => place - 65));
    assert.equal((await cuts()).length, 3);
    await page.getByRole("button", { name: "n5 → n4 is cut: heal it" }).locator(".hit").click();
    await waitFor(page, () => globalThis.lockstep.state().state.cuts.length === 2);
    const both = page.getByRole("button", { name: "n1 ↔ n3 is cut: heal it" });
    await both.focus();
    await page.keyboard.press("Enter");
    await waitFor(page, () => globalThis.lockstep.state().state.cuts.length === 0);
  }));

test("a line drawn across the ring parts the servers on its two sides", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await seek(page, 0.6);
    const places = Object.fromEntries(
      await Promise.all(["n1", "n2", "n3", "n4", "n5"].map(async (name) => [name, await middle(server(page, name))])),
    );
    const between = (one, other) => [0, 1].map((axis) => (places[one][axis] + places[other][axis]) / 2);
    await drag(page, between("n2", "n3"), between("n5", "n1"), async () => {
      await page.getByText(/Let go to part/).waitFor();
      await shoot(page, "drag-partition");
    });
    await waitFor(page, () => globalThis.lockstep.state().state.cuts.length === 12);
    const { cuts } = (await state(page)).state;
    const side = (name) => ["n1", "n2"].includes(name);
    assert.ok(cuts.every(([from, to]) => side(from) !== side(to)));
  }));

test("a finger cuts a link as a mouse does", () =>
  withPage({ width: 390, height: 844, hasTouch: true, isMobile: true }, async (page) => {
    await open(page);
    await seek(page, 0.6);
    const session = await page.context().newCDPSession(page);
    const [[x, y], [toX, toY]] = await Promise.all(["n2", "n5"].map((name) => middle(server(page, name))));
    const touch = (type, ...touchPoints) => session.send("Input.dispatchTouchEvent", { type, touchPoints });
    await touch("touchStart", { x, y });
    for (const part of [0.2, 0.5, 0.8, 1]) {
      await touch("touchMove", { x: x + (toX - x) * part, y: y + (toY - y) * part });
    }
    await touch("touchEnd");
    await waitFor(page, () => globalThis.lockstep.state().state.cuts.length === 2);
    await shoot(page, "phone-cut");
    await assertAccessible(page);
  }));

test("the network and a node's clock are changed from now on, within bounds", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await seek(page, 0.6);
    await page.keyboard.press("q");
    await page.getByLabel("lost").fill("120");
    assert.match(await page.locator(".wrong").innerText(), /Must be 0–100 %/);
    await shoot(page, "network");
    await assertAccessible(page);
    await page.getByLabel("lost").fill("100");
    await page.keyboard.press("Enter");
    await seek(page, 2);
    const after = (await state(page)).state;
    assert.ok(after.messages.every(({ breaks_us }) => breaks_us !== null), "every message is lost");
    await page.keyboard.press("2");
    await page.keyboard.press("z");
    await page.getByLabel("runs at").fill("50");
    await page.keyboard.press("Enter");
    await waitFor(page, () => globalThis.lockstep.state().state.servers[1].clock_rate_ppm === 500_000);
  }));

const field = (page, name) => page.locator(`dialog [name=${name}]`);

test("a new run is set up number by number: bounds at the field, warnings, and it may begin all the same", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    const { digest } = await state(page);
    await page.keyboard.press("n");
    await field(page, "servers").fill("12");
    await page.locator("#about-servers").getByText("Must be 1–9.").waitFor();
    assert.equal(await field(page, "servers").getAttribute("aria-invalid"), "true");
    await page.locator("dialog").getByRole("button", { name: "Begin" }).click({ force: true });
    assert.equal((await state(page)).digest, digest, "nothing begins while something is wrong");
    await field(page, "servers").fill("4");
    await page.locator("#about-servers").getByText("only 1 may fail").waitFor();
    await field(page, "heartbeat").fill("400");
    await page.locator("#about-heartbeat").getByText("longer than an election timeout").waitFor();
    await page.locator("dialog").getByText("⚠ 2:").waitFor();
    await page.locator("dialog summary").last().click();
    await field(page, "syncmax").fill("0.25");
    await page.locator("#about-syncmax").getByText("Below its lower end.").waitFor();
    await field(page, "syncmax").fill("20");
    await field(page, "clients").fill("3");
    await field(page, "load").fill("5000");
    await field(page, "commit_old_term").check();
    await shoot(page, "new-run");
    await assertAccessible(page);
    await page.locator("dialog").getByRole("button", { name: "Begin" }).click();
    await waitFor(page, () => globalThis.lockstep.state().origin === "own");
    const begun = await state(page);
    assert.deepEqual([begun.state.servers.length, begun.state.clients.length], [4, 3]);
    // What was warned of happens: leaders that live are deposed.
    await seek(page, 4);
    const terms = (await state(page)).state.servers.map(({ current_term }) => current_term);
    assert.ok(Math.max(...terms) > 5, `${terms}`);
    // The form begins where this run is.
    await page.keyboard.press("n");
    assert.equal(await field(page, "heartbeat").inputValue(), "400");
    await page.locator("dialog").getByRole("button", { name: "Defaults" }).click();
    assert.equal(await field(page, "heartbeat").inputValue(), "50");
  }));

test("a new run can keep the interventions of the one before, as far as they make sense", () =>
  withPage({}, async (page) => {
    await open(page);
    await seek(page, 0.6);
    await page.keyboard.press("5");
    await page.keyboard.press("k");
    const { seed } = await state(page);
    await page.keyboard.press("n");
    await field(page, "servers").fill("3");
    const keep = page.getByLabel(/Keep this run's seed and the 2 of its 3 interventions/);
    await keep.check();
    await page.locator("dialog").getByRole("button", { name: "Begin" }).click();
    await waitFor(page, () => globalThis.lockstep.state().state.servers.length === 3);
    assert.equal((await state(page)).seed, seed);
    await seek(page, 1.5);
    assert.equal((await state(page)).state.clients[0].last.outcome, "ok", "its operations are done");
  }));

const judged = (page, verdict) =>
  waitFor(page, (verdict) => globalThis.lockstep.state().linearizability?.verdict === verdict, verdict);

test("the clients' history is judged as it grows, off the frame, and found linearizable", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await page.getByLabel("Scenario").selectOption("leader-crash");
    await seek(page, 2);
    await judged(page, "linearizable");
    const { linearizability } = await state(page);
    assert.ok(linearizability.completed > 20);
    await page.locator(".check-summary").getByText("Linearizability").waitFor();
    await page.locator("#tab-clients").click();
    await page.getByText(/^Linearizable: \d+ operations/).waitFor();
    assert.ok((await page.locator(".operation-bar.ok").count()) > 5);
    // Going back, nothing has to be judged again; further on, it is.
    await seek(page, 0.5);
    assert.equal((await state(page)).linearizability.verdict, "linearizable");
    await seek(page, 4);
    await judged(page, "linearizable");
    assert.ok((await state(page)).linearizability.completed > linearizability.completed);
    assert.ok((await page.locator(".operations .unknown").count()) > 0, "the leader died on some");
  }));

test("a history that is not linearizable is convicted: the window and the operations that cannot be ordered", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await page.getByLabel("Scenario").selectOption("lost-write");
    await seek(page, 1.1);
    await judged(page, "linearizable");
    await seek(page, 2);
    await judged(page, "not linearizable");
    const { linearizability } = await state(page);
    assert.deepEqual(linearizability.unorderable, ["c2#1", "c2#2"]);
    assert.equal(await page.locator("#tab-clients.alarm").count(), 1);
    await page.locator("#tab-checks").click();
    await page.getByRole("button", { name: "See the history" }).click();
    await page.getByText(/^Not linearizable: no order explains what was seen of x/).waitFor();
    assert.equal(await page.locator(".operation-bar.bad").count(), 2);
    assert.equal(await page.locator(".history-picture .window").count(), 1);
    await shoot(page, "convicted");
    await assertAccessible(page);
    await page.locator(".operation-bar.bad").first().click();
    await page.getByRole("button", { name: "Go to its call" }).click();
    await waitFor(page, () => globalThis.lockstep.state().time_us === 700_000);
    await seek(page, 2);
    await judged(page, "not linearizable");
    await page.locator(".finding").getByRole("button", { name: "Show the moment" }).click();
    await waitFor(page, (time) => globalThis.lockstep.state().time_us === time, linearizability.to_us);
  }));
