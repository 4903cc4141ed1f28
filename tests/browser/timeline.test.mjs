// The timeline as a space-time diagram: what it draws, how it is looked at, and how what is selected there is
// selected everywhere. The drawing is a few paths; what is in them is found out as a person would, by pointing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { open, seek, shoot, state, waitFor, withPage } from "./harness.mjs";

// How many pieces the paths of this class have: lines of messages, say. Nothing where there are no such paths.
const pieces = (page, selector) =>
  page.evaluate((path) => {
    const paths = [...document.querySelectorAll(`.lanes ${path}`)];
    return paths.reduce((sum, path) => sum + path.getAttribute("d").split("M").length - 1, 0);
  }, selector);

// Where the lines of a kind begin and end, in pixels of the window. They lie on tiles, which are moved.
const ends = (page, kind) =>
  page.evaluate((kind) => {
    const { left, top } = document.querySelector(".scrubber").getBoundingClientRect();
    return [...document.querySelectorAll(`.lanes .flight.${kind}`)].flatMap((path) => {
      const tile = path.parentElement.transform.baseVal.consolidate()?.matrix.e ?? 0;
      const lines = path.getAttribute("d").matchAll(/M ?(-?[\d.]+) ?(-?[\d.]+)L ?(-?[\d.]+) ?(-?[\d.]+)/g);
      return [...lines].map((line) => {
        const [x0, y0, x1, y1] = line.slice(1).map(Number);
        return { from: [left + tile + x0, top + y0], to: [left + tile + x1, top + y1] };
      });
    });
  }, kind);

const chip = (page, name) => page.locator(".lens").getByRole("button", { name });

// A run of which it is known what happens in it.
async function openFile(page, scenario) {
  const text = JSON.stringify({ lockstep: 1, lab: "raft", seed: 7, ...scenario });
  await page.evaluate((text) => globalThis.lockstep.open(text), text);
  await waitFor(page, () => globalThis.lockstep.state().origin === "file");
}

test("every process has a lane, and messages are lines from send to arrival, by kind", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await page.getByLabel("Scenario").selectOption("leader-crash");
    await seek(page, 2.5);
    const names = await page.locator(".lane-names g text").allTextContents();
    const { state: seen } = await state(page);
    assert.deepEqual(names, [...seen.servers, ...seen.clients].map(({ name }) => name));
    for (const kind of ["vote-request", "vote-granted", "entries", "accepted", "request", "answer"]) {
      assert.ok((await pieces(page, `.flight.${kind}`)) > 0, kind);
      assert.ok((await pieces(page, `.tip.${kind}`)) > 0, kind);
    }
    // A message takes time: no line is upright, and every one leads to the right.
    for (const { from, to } of await ends(page, "vote-request")) assert.ok(to[0] > from[0]);
    // Requests to the crashed leader are lost, and an operation is left unknown.
    assert.ok((await pieces(page, ".broken")) > 0);
    assert.ok((await pieces(page, ".bar.ok")) > 10);
    assert.ok((await pieces(page, ".bar.unknown")) > 0);
    for (const role of ["leader", "candidate", "follower", "down"]) {
      assert.ok((await pieces(page, `.stretch.${role}`)) > 0, role);
    }
    assert.ok((await page.locator(".lanes *").count()) < 250, "the drawing stays small");
    await shoot(page, "timeline");
  }));

test("a duplicate is the same message arriving twice, a lost one breaks on its way", () =>
  withPage({}, async (page) => {
    await open(page);
    const network = { loss: 0.3, duplicate: 0.5 };
    await openFile(page, { until: "1s", config: { servers: 3, clients: 0, network } });
    await seek(page, 1);
    const lines = await ends(page, "vote-request");
    const starts = lines.map(({ from, to }) => `${from} ${Math.round(to[1])}`);
    assert.ok(new Set(starts).size < starts.length, "two lines from one point to one lane");
    const crosses = await page.evaluate(() => {
      const paths = [...document.querySelectorAll(".lanes .broken")].map((path) => path.getAttribute("d"));
      return paths.flatMap((path) => [...path.matchAll(/M ?(-?[\d.]+) ?(-?[\d.]+)m/g)].map(([, , y]) => Number(y)));
    });
    const middles = await page.evaluate(() =>
      [...document.querySelectorAll(".lane-names g text")].map((text) => Number(text.getAttribute("y")) - 4),
    );
    const between = crosses.filter((y) => middles.every((middle) => Math.abs(y - middle) > 4));
    assert.ok(between.length > 0, "what chance lost broke between two lanes");
  }));

test("heartbeats are folded until they are asked for, and kinds can be left out", () =>
  withPage({}, async (page) => {
    await open(page);
    await seek(page, 1);
    assert.equal(await pieces(page, ".flight.heartbeat"), 0);
    const acks = await pieces(page, ".flight.accepted");
    await chip(page, "heartbeats").click();
    assert.ok((await pieces(page, ".flight.heartbeat")) > 10);
    assert.ok((await pieces(page, ".flight.accepted")) > acks, "what answers them, too");
    assert.ok((await pieces(page, ".flight.vote-request")) > 0);
    await chip(page, "votes").click();
    assert.equal(await pieces(page, ".flight.vote-request"), 0);
    assert.equal(await chip(page, "votes").getAttribute("aria-pressed"), "false");
    await chip(page, "Messages").click();
    assert.equal(await page.locator(".lanes .flight").count(), 0);
    await chip(page, "Messages").click();
    assert.ok((await pieces(page, ".flight.heartbeat")) > 10);
  }));

// The times at the left and right end of the lanes, by the axis: at least two ticks are labelled.
const window = (page) =>
  page.evaluate(() => {
    const { width } = document.querySelector(".scrubber").getBoundingClientRect();
    const ticks = [...document.querySelectorAll(".grid g")].map((tick) => {
      const time = Number.parseFloat(tick.querySelector("text").textContent);
      return [Number(tick.querySelector("line").getAttribute("x1")), time];
    });
    const [[x0, t0], [x1, t1]] = [ticks[0], ticks.at(-1)];
    const scale = (t1 - t0) / (x1 - x0);
    return [t0 - x0 * scale, t0 + (width - x0) * scale];
  });

const near = (one, other, slack) => assert.ok(Math.abs(one - other) <= slack, `${one} is not near ${other}`);

test("the wheel zooms where the pointer is, dragging with Shift pans, a button shows the whole run", () =>
  withPage({}, async (page) => {
    await open(page);
    await seek(page, 2);
    const { until_us } = await state(page);
    const line = await page.locator(".scrubber").boundingBox();
    const at = line.x + line.width * 0.25;
    await page.mouse.move(at, line.y + 8);
    for (let n = 0; n < 5; n += 1) await page.mouse.wheel(0, -300);
    await waitFor(page, (span) => {
      const labels = [...document.querySelectorAll(".grid text")].map((text) => Number.parseFloat(text.textContent));
      return labels.at(-1) - labels[0] < span / 4;
    }, until_us / 1e6);
    const [from, to] = await window(page);
    near((from + (to - from) * 0.25), (until_us / 1e6) * 0.25, (to - from) * 0.05);
    assert.equal((await state(page)).time_us, 2e6, "the cursor stays");
    await page.keyboard.down("Shift");
    await page.mouse.move(at, line.y + 8);
    await page.mouse.down();
    await page.mouse.move(at - line.width * 0.2, line.y + 8, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up("Shift");
    const [later] = await window(page);
    near(later, from + (to - from) * 0.2, (to - from) * 0.03);
    // Pressing there goes to the time that is written there.
    await page.mouse.click(line.x + line.width * 0.5, line.y + 8);
    await waitFor(page, () => globalThis.lockstep.state().time_us !== 2e6);
    near((await state(page)).time_us / 1e6, later + (to - from) / 2, (to - from) * 0.03);
    await chip(page, "Whole run").click();
    const [start, end] = await window(page);
    near(start, 0, 0.01);
    near(end, until_us / 1e6, 0.05);
  }));

test("while it plays, a window that is zoomed follows the cursor", () =>
  withPage({}, async (page) => {
    await open(page);
    await seek(page, 0.3);
    for (let n = 0; n < 4; n += 1) await page.getByRole("button", { name: "Zoom in" }).click();
    const [, before] = await window(page);
    await page.evaluate(() => {
      globalThis.lockstep.speed(1);
      globalThis.lockstep.play();
    });
    await waitFor(page, (end) => globalThis.lockstep.state().time_us > end * 1e6, before + 0.2);
    await page.evaluate(() => globalThis.lockstep.pause());
    const { time_us } = await state(page);
    const [from, to] = await window(page);
    assert.ok(from <= time_us / 1e6 && time_us / 1e6 <= to);
    assert.ok(await page.locator(".cursor").isVisible());
    assert.ok((await pieces(page, ".stretch.leader")) > 0);
  }));

test("a message that is long gone is selected by pressing its line, and pressing twice goes to its end", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await seek(page, 1.5);
    const [{ from, to }] = await ends(page, "vote-request");
    const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
    await page.mouse.move(...middle);
    await page.locator(".lanes .lit-message").waitFor({ state: "attached" });
    assert.match(await page.locator(".lens .picked").innerText(), /vote request: sent at .* arrived at/);
    await page.mouse.click(...middle);
    await page.locator(".lanes .picked-message").waitFor({ state: "attached" });
    assert.equal((await state(page)).time_us, 1.5e6, "selecting does not move the cursor");
    await page.locator(".inspect-title h3").getByText(/n\d>n\d#\d/).waitFor();
    await page.mouse.dblclick(...middle);
    await waitFor(page, () => globalThis.lockstep.state().time_us < 1e6);
    const { state: seen } = await state(page);
    assert.equal(seen.messages.filter(({ kind }) => kind === "vote_request").length < 4, true);
  }));

test("pointing at a message lights it on the stage, and the other way round", () =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    // In the middle of the first election requests are on their way.
    await seek(page, 0.2);
    for (let n = 0; n < 300; n += 1) {
      const { state: seen } = await state(page);
      if (seen.messages.some(({ kind, sent_us, due_us }) => kind === "vote_request" && seen.time_us > (sent_us + due_us) / 2)) break;
      await seek(page, (seen.time_us + 1_000) / 1e6);
    }
    for (let n = 0; n < 5; n += 1) await page.getByRole("button", { name: "Zoom in" }).click();
    const [line] = await ends(page, "vote-request");
    await page.mouse.move((line.from[0] + line.to[0]) / 2, (line.from[1] + line.to[1]) / 2);
    await page.locator(".stage .message.lit").waitFor();
    await page.mouse.move(5, 5);
    await page.locator(".stage .message.lit").waitFor({ state: "detached" });
    await page.locator(".stage .message .shape").first().hover();
    await page.locator(".lanes .lit-message").waitFor({ state: "attached" });
  }));

test("with keys alone: zoom, pan, walk along a lane, go to what was found", () =>
  withPage({}, async (page) => {
    await open(page);
    await seek(page, 1);
    await page.locator(".scrubber").focus();
    for (const key of ["Shift+ArrowUp", "Shift+ArrowUp"]) await page.keyboard.press(key);
    const [from, to] = await window(page);
    await page.keyboard.press("(");
    const [earlier] = await window(page);
    assert.ok(earlier < from);
    await page.keyboard.press(")");
    near((await window(page))[0], from, (to - from) * 0.02);
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("w");
    near((await window(page))[0], 0, 0.01);
    await page.keyboard.press("2");
    await page.keyboard.press("<");
    await page.locator(".lanes .picked-event").waitFor({ state: "attached" });
    const first = await page.locator(".lens .picked").innerText();
    await page.keyboard.press("<");
    await page.waitForFunction((text) => document.querySelector(".lens .picked").innerText !== text, first);
    const second = await page.locator(".lens .picked").innerText();
    assert.match(second, /^0\.\d+ s: n2 /);
    await page.locator(".scrubber").focus();
    await page.keyboard.press("Enter");
    const time = Number.parseFloat(second);
    await waitFor(page, (time) => Math.abs(globalThis.lockstep.state().time_us / 1e6 - time) < 0.001, time);
    // Taller, by the handle.
    const height = async () => (await page.locator(".scrubber").boundingBox()).height;
    const before = await height();
    await page.getByRole("separator", { name: "Height of the timeline" }).focus();
    for (const key of ["ArrowUp", "ArrowUp", "ArrowUp"]) await page.keyboard.press(key);
    assert.ok((await height()) > before + 30);
  }));

test("a run of many steps is drawn as columns, and message by message where one zooms in", (t) =>
  withPage({ width: 1440, height: 900 }, async (page) => {
    await open(page);
    await openFile(page, { until: "30s", config: { servers: 5, clients: 2, load: { every: "5ms" } } });
    await page.evaluate(() => globalThis.lockstep.seek(30));
    await page.waitForFunction(() => !globalThis.lockstep.state().travelling && globalThis.lockstep.state().time_us === 30e6, undefined, { timeout: 60_000 });
    assert.ok((await pieces(page, ".density")) > 100);
    assert.equal(await page.locator(".lanes .flight").count(), 0);
    const line = await page.locator(".scrubber").boundingBox();
    await page.mouse.move(line.x + line.width / 2, line.y + 8);
    for (let n = 0; n < 12; n += 1) await page.mouse.wheel(0, -300);
    await waitFor(page, () => document.querySelector(".lanes .flight.entries") && !document.querySelector(".lanes .density"));
    assert.ok((await pieces(page, ".flight.entries")) > 3);
    t.diagnostic(`${(await state(page)).steps} steps`);
  }));

const phone = { width: 390, height: 844, hasTouch: true, isMobile: true };

test("on a phone a finger scrubs, and buttons zoom", () =>
  withPage(phone, async (page) => {
    await open(page);
    await seek(page, 1);
    const { until_us } = await state(page);
    await page.locator(".scrubber").scrollIntoViewIfNeeded();
    const line = await page.locator(".scrubber").boundingBox();
    await page.touchscreen.tap(line.x + line.width / 4, line.y + 10);
    await waitFor(page, () => globalThis.lockstep.state().time_us !== 1e6);
    near((await state(page)).time_us, until_us / 4, until_us / 40);
    await page.getByRole("button", { name: "Zoom in" }).tap();
    const [from, to] = await window(page);
    assert.ok(to - from < (until_us / 1e6) * 0.6);
    await shoot(page, "timeline-phone");
  }));
