// Measures the page with the diagram open, a million steps behind and some 300 messages moving: the main thread's work
// for each frame while it plays, and for each move of a pointer that scrubs, from the seek to the drawn picture. What is
// counted is the thread's own time, which other programs on the machine do not lengthen. A benchmark, not a test:
// nothing fails where a figure misses its mark.
// usage: node figures.mjs ADDRESS-OF-THE-PAGE [PATH-OF-CHROMIUM]

import { chromium } from "playwright-core";

const [, , url, executablePath = "/usr/bin/chromium"] = process.argv;
const STEPS = 1_000_000;
const FRAMES = 300;
const SCRUBS = 200;

// Slow links and quick heartbeats: what is sent stays on its way for long, and there is much of it.
const scenario = {
  lockstep: 1,
  lab: "raft",
  seed: 3,
  until: "3600s",
  config: {
    servers: 9,
    clients: 2,
    load: { every: "200ms" },
    election_timeout: ["4s", "8s"],
    heartbeat: "30ms",
    network: { delay: ["400ms", "800ms"] },
  },
};

const sorted = (figures) => [...figures].sort((one, other) => one - other);
const quantile = (figures, share) => sorted(figures)[Math.min(figures.length - 1, Math.floor(figures.length * share))];
const print = (what, figures) => {
  const text = [0.5, 0.9, 0.99].map((share) => quantile(figures, share).toFixed(1).padStart(7)).join(" ");
  console.log(`${what.padEnd(44)}${text} ms   (${figures.length})`);
};

const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const browser = await chromium.launch({ executablePath, args: flags, headless: true });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
page.on("pageerror", (error) => console.log(error));
await page.goto(url);
await page.waitForSelector("#shell", { state: "detached" });

// What the main thread of the page does between one frame's beginning and the next.
async function traced(work) {
  const session = await browser.newBrowserCDPSession();
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  const includedCategories = ["toplevel", "devtools.timeline", "blink.user_timing"];
  await session.send("Tracing.start", { traceConfig: { includedCategories }, transferMode: "ReportEvents" });
  await work();
  await session.send("Tracing.end");
  await complete;
  // The script marks where a frame begins.
  const marks = events.filter(({ name, cat }) => name === "frame" && cat.includes("user_timing"));
  const starts = marks.map(({ ts }) => ts).sort((one, other) => one - other);
  const { pid: process, tid: thread } = marks[0];
  const tasks = events.filter(({ name, pid, tid, dur }) => name.endsWith("RunTask") && dur && pid === process && tid === thread);
  const work_ms = new Array(starts.length).fill(0);
  let frame = 0;
  for (const { ts, dur, tdur } of tasks.sort((one, other) => one.ts - other.ts)) {
    while (frame + 1 < starts.length && starts[frame + 1] < ts + dur) frame += 1;
    work_ms[frame] += (tdur ?? dur) / 1000;
  }
  return work_ms.slice(1, -1);
}

const settled = () => page.waitForFunction(() => !globalThis.lockstep.state().travelling, undefined, { timeout: 600_000 });

async function play(speed) {
  return traced(() =>
    page.evaluate(
      async ([frames, speed]) => {
        globalThis.lockstep.speed(speed);
        globalThis.lockstep.play();
        for (let n = 0; n < frames; n += 1) {
          await new Promise(requestAnimationFrame);
          performance.mark("frame");
        }
        globalThis.lockstep.pause();
      },
      [FRAMES, speed],
    ),
  );
}

// Moves the pointer back and forth over the lanes, once a frame.
async function scrub() {
  return traced(() =>
    page.evaluate(async (count) => {
      const line = document.querySelector(".scrubber");
      const { left, top, width } = line.getBoundingClientRect();
      const fire = (type, share) =>
        line.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1, buttons: 1, clientX: left + width * share, clientY: top + 6 }));
      line.setPointerCapture = () => {};
      fire("pointerdown", 0.5);
      for (let n = 0; n < count; n += 1) {
        await new Promise(requestAnimationFrame);
        performance.mark("frame");
        fire("pointermove", 0.5 + 0.49 * Math.sin(n * 1.7));
      }
      fire("pointerup", 0.5);
    }, SCRUBS),
  );
}

console.log(`${"".padEnd(44)} median     p90     p99`);
await page.evaluate((text) => globalThis.lockstep.open(text), JSON.stringify(scenario));
await page.waitForFunction(() => globalThis.lockstep.state().origin === "file");
await page.evaluate(() => globalThis.lockstep.seek(60));
await settled();
const rate = (await page.evaluate(() => globalThis.lockstep.state().steps)) / 60;
await page.evaluate((time) => globalThis.lockstep.seek(time), (STEPS / rate) * 1.01);
await settled();
const { steps, state, edge_us } = await page.evaluate(() => globalThis.lockstep.state());
console.log(`${steps} steps in ${Math.round(edge_us / 1e6)} s, ${state.messages.length} messages on their way`);

print("playing at 0.1×, the whole run in view", await play(0.1));
print("scrubbing over the whole run", await scrub());
await page.evaluate((time) => globalThis.lockstep.seek(time), edge_us / 1e6);
await settled();
await page.getByRole("button", { name: "heartbeats" }).click();
while (await page.locator(".lanes .density").count()) await page.getByRole("button", { name: "Zoom in" }).click();
await page.waitForTimeout(1000);
const lines = await page.evaluate(() => [...document.querySelectorAll(".flight")].reduce((sum, path) => sum + path.getAttribute("d").split("M").length - 1, 0));
print(`playing at 0.1×, zoomed, ${lines} lines`, await play(0.1));
print(`playing at 1×, zoomed`, await play(1));
print(`scrubbing, zoomed`, await scrub());
await page.getByRole("button", { name: "heartbeats" }).click();
print(`playing at 1×, zoomed, heartbeats folded`, await play(1));
await browser.close();
