// Raft in full under the hand: a run is set up with everything on; the same seed is compared with one switch turned;
// leadership is handed over, members come and go, and one link is slow.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, open, seek, shoot, state, waitFor, withPage } from "./harness.mjs";

const field = (page, name) => page.locator(`dialog [name=${name}]`);
const button = (page, name) => page.getByRole("button", { name });

// Opens a scenario file.
async function openFile(page, scenario) {
  await page.evaluate((text) => globalThis.lockstep.open(text), JSON.stringify(scenario));
  await waitFor(page, () => globalThis.lockstep.state().origin === "file");
}

// Three members and two spare servers, with what a cluster in production has.
const FULL = {
  lockstep: 1,
  lab: "raft",
  seed: 5,
  until: "6s",
  config: {
    servers: 5,
    voters: 3,
    clients: 2,
    load: { every: "40ms" },
    features: {
      pre_vote: true,
      check_quorum: true,
      blank_entry: true,
      joint_consensus: true,
      catch_up: true,
      snapshot_every: 6,
      pipeline: 4,
      reads: "lease",
      sessions: true,
      retries: true,
    },
  },
};

const leaderOf = async (page) => (await state(page)).state.servers.find(({ up, role }) => up && role === "leader");

test("everything is switched on by one button, and a spare server stands apart", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await page.keyboard.press("n");
    await page.locator("#about-sessions").getByText("session exactness has its assumption void").waitFor();
    await button(page, "Everything on").click();
    assert.equal(await field(page, "pre_vote").isChecked(), true);
    assert.equal(await field(page, "pipeline").inputValue(), "4");
    assert.equal(await field(page, "reads").inputValue(), "1");
    await field(page, "sessions").uncheck();
    await page.locator("#about-sessions").getByText("carried out twice").waitFor();
    await field(page, "sessions").check();
    await field(page, "pipeline").fill("9");
    await page.locator("#about-pipeline").getByText("Must be 1–8.").waitFor();
    await field(page, "pipeline").fill("2");
    await field(page, "voters").fill("6");
    await page.locator("#about-voters").getByText("Must be 1–5.").waitFor();
    await field(page, "voters").fill("4");
    await assertAccessible(page);
    await shoot(page, "everything-on");
    await button(page, "Begin").click();
    await waitFor(page, () => globalThis.lockstep.state().origin === "own");
    await seek(page, 1);
    assert.equal(await page.locator(".server.outside").getAttribute("data-node"), "n5");
    const leader = await leaderOf(page);
    assert.deepEqual(leader.members.voters, ["n1", "n2", "n3", "n4"]);
    assert.equal(leader.log[0].operation, "blank");
    // The form begins where this run is, and goes back to the paper's core.
    await page.keyboard.press("n");
    assert.equal(await field(page, "pipeline").inputValue(), "2");
    await button(page, "The paper's §5 only").click();
    assert.equal(await field(page, "pre_vote").isChecked(), false);
  }));

test("the same seed with one switch turned is two clicks away, and what differs is told", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await seek(page, 2);
    await page.getByRole("toolbar").getByRole("button", { name: "Settings" }).click();
    await button(page, "Blank entry: Compare with “on”").click();
    const words = page.locator(".difference");
    await words.waitFor();
    assert.match(await words.innerText(), /First difference at 0\.2\d\d s\./);
    assert.match(await words.innerText(), /B\s*Blank entry is now: on\. — .*\s*A\s*This does not happen\./);
    assert.equal(await page.locator(".lanes .differs").count(), 2, "it is marked on both");
    const { branch, time_us } = await state(page);
    assert.deepEqual([branch, time_us], [1, 2_000_000]);
    await assertAccessible(page);
    await shoot(page, "one-switch");
    // By keys alone: the dialog opens on its first control; and a setting can be changed from now on, too.
    await page.keyboard.press("e");
    await button(page, "PreVote: Now on").focus();
    await page.keyboard.press("Enter");
    await page.locator(".last-step").getByText("PreVote is now: on.").waitFor();
    await page.keyboard.press("e");
    await page.locator(".switches").getByText("PreVote: on").waitFor();
    await assertAccessible(page);
  }));

test("leadership is handed over, by click and by keys", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await openFile(page, FULL);
    await page.keyboard.press(";");
    await page.getByText("No server leads now.").waitFor();
    await seek(page, 1);
    const first = (await leaderOf(page)).name;
    const second = ["n1", "n2", "n3"].find((name) => name !== first);
    await page.locator(`.server[data-node=${first}]`).focus();
    await page.keyboard.press("Enter");
    // The server's own buttons, and the row of tools, lead to the same question.
    await page.locator(".inspect").getByRole("button", { name: "Hand over" }).click();
    await page.getByRole("group", { name: "Hand over to" }).getByRole("button", { name: second }).click();
    await seek(page, 1.4);
    assert.equal((await leaderOf(page)).name, second);
    await page.keyboard.press(";");
    await page.keyboard.press(first.slice(1));
    await seek(page, 1.8);
    assert.equal((await leaderOf(page)).name, first);
  }));

test("servers join and leave, drawn as what they are", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await openFile(page, FULL);
    await seek(page, 1.2);
    assert.equal(await page.locator(".server.outside").count(), 2);
    await page.keyboard.press("'");
    const tool = page.getByRole("group", { name: "Members" });
    for (const key of ["4", "5"]) await page.keyboard.press(key);
    await tool.getByRole("button", { name: "n4: member" }).waitFor();
    await assertAccessible(page);
    await page.keyboard.press("Enter");
    await seek(page, 1.23);
    await page.locator(".server[data-node=n4] .role").getByText("learner").waitFor();
    await page.locator("#tab-logs").click();
    await page.locator(".entry-legend").getByText("snapshot").waitFor();
    await page.locator(".entry-legend").getByText("members").waitFor();
    await shoot(page, "learners");
    await assertAccessible(page);
    await seek(page, 2);
    const five = await leaderOf(page);
    assert.deepEqual(five.members.voters, ["n1", "n2", "n3", "n4", "n5"]);
    assert.equal(await page.locator(".server.outside").count(), 0);
    // The leader itself leaves: by clicks.
    await page.locator(`.server[data-node=${five.name}]`).click();
    await page.getByRole("toolbar").getByRole("button", { name: "Members" }).click();
    await tool.getByRole("button", { name: `${five.name}: member` }).click();
    await tool.getByRole("button", { name: `${five.name}: learner` }).click();
    await tool.getByRole("button", { name: "Apply" }).click();
    await seek(page, 4);
    const left = await leaderOf(page);
    assert.notEqual(left.name, five.name);
    assert.ok(!left.members.voters.includes(five.name));
    assert.equal(await page.locator(`.server.outside[data-node=${five.name}]`).count(), 1);
  }));

test("one link is slow, one way, and is seen to be", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await seek(page, 0.6);
    await page.keyboard.press("2");
    await page.keyboard.press("c");
    await button(page, "Slow down").click();
    await button(page, "One way").click();
    await page.keyboard.press("4");
    await page.getByLabel("delay from").fill("500");
    await page.getByLabel("delay to").fill("900");
    await page.keyboard.press("Enter");
    await waitFor(page, () => globalThis.lockstep.state().state.clogged?.length === 1);
    assert.deepEqual((await state(page)).state.clogged, [["n2", "n4"]]);
    await page.getByRole("img", { name: "n2 → n4 is slower or worse than the rest" }).waitFor();
    await assertAccessible(page);
    await shoot(page, "slow-link");
  }));

test("on a phone the tools of a full Raft have room", () =>
  withPage({ width: 390, height: 844 }, async (page) => {
    await open(page);
    await openFile(page, FULL);
    await seek(page, 1.2);
    for (const key of ["'", "Escape", ";", "Escape", "e"]) {
      await page.keyboard.press(key);
      const { scrollWidth, clientWidth } = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return { scrollWidth, clientWidth };
      });
      assert.ok(scrollWidth <= clientWidth, `nothing sticks out after ${key}`);
    }
    const small = await page.locator(".switches button").evaluateAll((all) =>
      all.map((one) => one.getBoundingClientRect()).filter(({ height }) => height < 43.5).length,
    );
    assert.equal(small, 0, "targets can be touched");
    await assertAccessible(page);
    await shoot(page, "settings-phone");
  }));

test("two leaders of one term are called that, and a failing check pushes no tab out of its panel", () =>
  withPage({ width: 1280, height: 800 }, async (page) => {
    await open(page);
    await page.getByLabel("Scenario").selectOption("bug-vote-twice");
    await seek(page, 0.5);
    await page.getByText(/n[12] and n[12] both lead term 1, which must never be\./).waitFor();
    await page.locator("#tab-checks.alarm").waitFor();
    const [tab, panel] = await Promise.all(
      ["#tab-clients", ".panel"].map((one) => page.locator(one).boundingBox()),
    );
    assert.ok(tab.x + tab.width <= panel.x + panel.width, "the last tab is whole");
  }));

test("the stage stays where it is when a leader is selected, and a branch not seen ends where it grew", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await page.getByLabel("Scenario").selectOption("old-term-entry");
    await seek(page, 1.8);
    const leader = (await leaderOf(page)).name;
    const server = page.locator(`.server[data-node=${leader}] .disc`);
    const before = await server.boundingBox();
    await page.locator(`.server[data-node=${leader}]`).click();
    await page.getByRole("toolbar").getByRole("button", { name: "Members" }).waitFor();
    assert.deepEqual(await server.boundingBox(), before);
    const [from, to] = await page.locator(".limb").last().locator("> line").evaluate((line) =>
      ["x1", "x2"].map((name) => line[name].baseVal.value),
    );
    assert.ok(from > 0 && to >= from, `${from} to ${to}`);
  }));
