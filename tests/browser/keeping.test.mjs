// Keeping a run and handing it on: saved in the browser, as a link, as a file, inside another page, without a network;
// and heard.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import { assertAccessible, open, seek, shoot, site, started, state, waitFor, withPage } from "./harness.mjs";

const dialog = (page) => page.getByRole("dialog");
const named = (page, name) => dialog(page).getByRole("button", { name, exact: true });

async function showKept(page) {
  await page.getByRole("button", { name: "Save…" }).click();
  await dialog(page).waitFor();
}

async function save(page, name) {
  await dialog(page).getByRole("textbox", { name: "Name" }).fill(name);
  await page.keyboard.press("Enter");
  await dialog(page).locator(".kept-run b", { hasText: name }).waitFor();
}

const keptNames = (page) => dialog(page).locator(".kept-run b").allInnerTexts();

test("a run is saved, found after a reload, opened, renamed, overwritten and deleted", () =>
  withPage({}, async (page) => {
    await open(page);
    await seek(page, 0.7);
    const { digest } = await state(page);
    await showKept(page);
    await save(page, "one");
    await save(page, "two");
    await page.reload();
    await started(page);
    await page.keyboard.press("a");
    assert.deepEqual((await keptNames(page)).sort(), ["one", "two"]);
    await dialog(page).locator(".kept-run", { hasText: "one" }).click();
    await dialog(page).waitFor({ state: "detached" });
    await waitFor(page, () => globalThis.lockstep.state().replay === "verified");
    assert.equal((await state(page)).digest, digest);
    await showKept(page);
    await named(page, "Rename: two").click();
    await dialog(page).locator(".kept").getByRole("textbox").fill("three");
    await page.keyboard.press("Enter");
    await dialog(page).locator(".kept-run b", { hasText: "three" }).waitFor();
    assert.deepEqual((await keptNames(page)).sort(), ["one", "three"]);
    // The name of the run that was opened is still there: saving again takes its place.
    await page.keyboard.press("Escape");
    await seek(page, 1.1);
    const later = await state(page);
    await showKept(page);
    await dialog(page).getByRole("button", { name: "Overwrite" }).click();
    await dialog(page).getByText("Saved in this browser.").waitFor();
    assert.equal((await keptNames(page)).length, 2);
    await named(page, "Delete: three").click();
    await named(page, "Delete for good").click();
    await dialog(page).locator(".kept-run", { hasText: "three" }).waitFor({ state: "detached" });
    await dialog(page).locator(".kept-run", { hasText: "one" }).click();
    await waitFor(page, () => globalThis.lockstep.state().replay === "verified");
    assert.equal((await state(page)).digest, later.digest);
  }));

test("where the browser has no room, it is said, and nothing is lost", () =>
  withPage({}, async (page) => {
    await open(page);
    await showKept(page);
    await save(page, "one");
    await page.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
    await dialog(page).getByRole("textbox", { name: "Name" }).fill("two");
    await page.keyboard.press("Enter");
    await dialog(page).getByRole("alert").getByText("keeps no more").waitFor();
    assert.deepEqual(await keptNames(page), ["one"]);
  }));

// What is downloaded by pressing a button: its name and its text.
async function downloaded(page, name) {
  const [download] = await Promise.all([page.waitForEvent("download"), named(page, name).click()]);
  return [download.suggestedFilename(), readFileSync(await download.path(), "utf8")];
}

test("exports hold what the command line prints", () =>
  withPage({ permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    await open(page);
    await page.keyboard.press("ArrowRight");
    await seek(page, 0.6);
    await page.evaluate(() => globalThis.lockstep.step(1));
    const { steps } = await state(page);
    const link = await page.evaluate(() => new URL(globalThis.lockstep.link()).hash);
    const printed = (format) =>
      execFileSync(site.cli, ["export", link, "--format", format], { encoding: "utf8", maxBuffer: 1 << 28 });
    const body = (text, intent) => text.split("\n").filter((line) => !line.startsWith(intent)).join("\n");
    await showKept(page);
    const [eventsName, events] = await downloaded(page, "Events (NDJSON)");
    assert.equal(eventsName, `lockstep-${steps}.ndjson`);
    assert.ok(events === printed("ndjson") && events.length > 10_000);
    const [diagramName, diagram] = await downloaded(page, "Diagram (Mermaid)");
    assert.match(diagramName, /\.mmd$/);
    assert.equal(body(diagram, "%%"), body(printed("mermaid"), "%%"));
    await named(page, "Copy as golden script").click();
    await dialog(page).getByText("Copied.").waitFor();
    const script = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(body(script, "#"), body(printed("golden"), "#"));
    const [pictureName, picture] = await downloaded(page, "Timeline (SVG)");
    assert.match(pictureName, /\.svg$/);
    const drawn = await page.evaluate((text) => {
      const image = new DOMParser().parseFromString(text, "image/svg+xml");
      if (image.querySelector("parsererror")) return "not XML";
      return [image.querySelector("title").textContent, image.querySelectorAll("path").length > 10];
    }, picture);
    assert.deepEqual(drawn, ["How does a cluster get its first leader? 0.000 – 2.000 s", true]);
    const [fileName, file] = await downloaded(page, "Save as a file");
    assert.match(fileName, /\.json$/);
    assert.equal(JSON.parse(file).lab, "raft");
  }));

test("a scenario file is opened by its button and by dropping it", () =>
  withPage({}, async (page) => {
    await open(page);
    await showKept(page);
    const file = (seed) => JSON.stringify({ lockstep: 1, lab: "raft", seed });
    await dialog(page).locator("input[type=file]").setInputFiles({
      name: "a.json",
      mimeType: "application/json",
      buffer: Buffer.from(file(77)),
    });
    await dialog(page).waitFor({ state: "detached" });
    assert.equal((await state(page)).seed, "77");
    await page.evaluate((text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], "b.json"));
      document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
    }, file(78));
    await waitFor(page, () => globalThis.lockstep.state().seed === "78");
  }));

test("the share dialog counts, says what is inside, and gives the code for another page", () =>
  withPage({ permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    await open(page);
    await seek(page, 0.6);
    await page.getByRole("button", { name: "Share this moment" }).click();
    await page.getByRole("button", { name: "Link and embed code" }).click();
    const link = await dialog(page).getByLabel("Link", { exact: true }).inputValue();
    assert.equal(link, page.url());
    await dialog(page).getByText(`${link.length} characters; up to 2`).waitFor();
    await dialog(page).getByText(/Inside: interventions \d+, branches 1/).waitFor();
    assert.equal(await dialog(page).locator(".trouble").count(), 0);
    await named(page, "Copy").nth(1).click();
    await dialog(page).getByText("Copied.").waitFor();
    const code = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(code, /^<iframe src="[^"]+\?embed#[\w-]+" /);
    await shoot(page, "share-dialog");
  }));

test("a link that is too long for some programs is not handed out in silence", () =>
  withPage({ permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    await open(page);
    const scribble = (n) => [..."abcdefghij"].map((letter) => `${letter}${(n * 7919) % 9973}`).join("").slice(0, 24);
    const choices = Array.from({ length: 150 }, (_, n) => {
      return { at: `${500 + n * 13}ms`, client: "c1", put: [`k${n}`, scribble(n)] };
    });
    await page.evaluate((text) => globalThis.lockstep.open(text), JSON.stringify({ lockstep: 1, lab: "raft", choices }));
    await waitFor(page, () => globalThis.lockstep.state().origin === "file");
    await page.keyboard.press("s");
    await dialog(page).getByText("Send the file instead.").waitFor();
    await shoot(page, "long-link");
    const [, file] = await downloaded(page, "Save as a file");
    assert.equal(JSON.parse(file).choices.length, 150);
    await assertAccessible(page);
  }));

for (const [name, options] of [
  ["light", { width: 1440, height: 900 }],
  ["dark", { width: 1440, height: 900, theme: "dark" }],
  ["on a phone", { width: 390, height: 844, hasTouch: true, isMobile: true }],
]) {
  test(`the dialogs are accessible, ${name}`, () =>
    withPage(options, async (page) => {
      await open(page);
      await seek(page, 0.6);
      await page.keyboard.press("a");
      await save(page, "a name that is long enough to need a second line");
      await assertAccessible(page);
      await shoot(page, `keeping-${name.replaceAll(" ", "-")}`);
      await dialog(page).getByRole("button", { name: /^Rename:/ }).click();
      await assertAccessible(page);
      const wider = await page.evaluate(() => document.querySelector("dialog").scrollWidth - innerWidth);
      assert.ok(wider <= 0);
      await page.keyboard.press("Escape");
      await page.keyboard.press("?");
      await assertAccessible(page);
    }));
}

// A page that is embedded, in a frame as low as promised.
const frame = { width: 640, height: 360 };

test("embedded, there is stage and timeline, and what was asked for", () =>
  withPage(frame, async (page) => {
    await open(page);
    await seek(page, 0.6);
    const { digest } = await state(page);
    const link = new URL(await page.evaluate(() => globalThis.lockstep.link()));
    await page.goto("about:blank");
    await open(page, { url: `${site.url}?embed`, fragment: link.hash });
    await waitFor(page, () => globalThis.lockstep.state().replay === "verified");
    assert.equal(await page.locator(".bar, .panel, .tools").count(), 0);
    for (const part of [".stage", ".scrubber"]) {
      const { y, height } = await page.locator(part).first().boundingBox();
      assert.ok(y >= 0 && height > 60 && y + height <= frame.height + 1, `${part} ${y} ${height}`);
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
    assert.ok(overflow <= 0, `${overflow} px too high`);
    await shoot(page, "embed");
    await assertAccessible(page);
    // What has no control has no key.
    for (const key of ["1", "k", "n", "s", "a"]) await page.keyboard.press(key);
    assert.equal((await state(page)).digest, digest);
    assert.equal(await dialog(page).count(), 0);
    const [other] = await Promise.all([
      page.context().waitForEvent("page"),
      page.getByRole("button", { name: "Open in Lockstep" }).click(),
    ]);
    await started(other);
    assert.equal(new URL(other.url()).search, "");
    await waitFor(other, () => globalThis.lockstep.state().replay === "verified");
    assert.equal((await state(other)).digest, digest);
    assert.equal(await other.locator(".bar").count(), 1);
  }));

test("embedded, it plays by itself where asked, and interventions can be let in", () =>
  withPage({ width: 700, height: 520 }, async (page) => {
    await open(page, { url: `${site.url}?embed&play&controls=act` });
    await waitFor(page, () => globalThis.lockstep.state().time_us > 50_000);
    assert.equal(await page.getByRole("button", { name: "Pause", exact: true }).count(), 1, "the intervention");
    await page.evaluate(() => globalThis.lockstep.pause());
    await page.keyboard.press("1");
    await page.keyboard.press("k");
    await page.waitForSelector(".server.down[data-node=n1]");
    await shoot(page, "embed-act");
  }));

test("embedded, the shell does not show the whole page first", () =>
  withPage(frame, async (page) => {
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await page.route((url) => url.pathname.endsWith(".wasm"), async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${site.url}?embed`, { waitUntil: "commit" });
    await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
    assert.equal(await page.locator("#shell .bar").isVisible(), false);
    assert.equal(await page.locator("#shell .panel").isVisible(), false);
    release();
    await started(page);
  }));

// As `waitFor`, for what the browser tells by a promise.
async function waitUntil(page, what, argument) {
  for (let time = 0; !(await page.evaluate(what, argument)); time += 50) {
    assert.ok(time < 20_000, what.toString());
    await page.waitForTimeout(50);
  }
}

// Resolves once the browser could open the page without a network.
const kept = (page) =>
  waitUntil(page, async () => (await navigator.serviceWorker.getRegistration())?.active?.state === "activated");

for (const [where, url] of Object.entries({ "a host's root": site.url, "a folder": site.subPathUrl })) {
  test(`once opened from ${where}, the page works without a network`, () =>
    withPage({}, async (page) => {
      await open(page, { url });
      await kept(page);
      await page.context().setOffline(true);
      await page.reload();
      await started(page);
      await page.keyboard.press("Space");
      await waitFor(page, () => globalThis.lockstep.state().time_us > 20_000);
      // The clerk, which reads and writes files, was never needed before.
      await page.keyboard.press("a");
      const [, file] = await downloaded(page, "Save as a file");
      assert.equal(JSON.parse(file).lab, "raft");
      await page.goto(`${url}?embed`);
      await started(page);
      await page.context().setOffline(false);
    }));
}

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

// The files of the built page under other names, as another build would have them; `mark` tells the builds apart.
async function build(mark) {
  const get = async (name) => Buffer.from(await (await fetch(site.url + name)).arrayBuffer());
  const worker = (await get("service-worker.js")).toString();
  const names = JSON.parse(/const FILES = (\[.*?\]);/.exec(worker)[1]);
  const renamed = (text) => text.replace(/(?<![0-9a-z])[0-9a-f]{16}(?![0-9a-z])/g, (hash) => sha256(hash + mark).slice(0, 16));
  const files = new Map();
  for (const name of names) {
    const note = name.startsWith("start-") ? `globalThis.startedBy = "${mark}";` : "";
    files.set(renamed(name).split("?")[0], Buffer.concat([await get(name), Buffer.from(note)]));
  }
  let html = (await get("")).toString().replace(/ integrity="[^"]*"/g, "");
  html = renamed(html).replace("<title>Lockstep</title>", `<title>Lockstep ${mark}</title>`);
  files.set("", Buffer.from(html));
  const text = worker
    .replace(/const BUILD = ".*?";/, `const BUILD = "${mark}";`)
    .replace(/const VERSION = ".*?";/, `const VERSION = "${sha256(html)}";`)
    .replace(/const FILES = \[.*?\];/, `const FILES = ${JSON.stringify(names.map(renamed))};`);
  return files.set("service-worker.js", Buffer.from(text));
}

const types = { js: "text/javascript", css: "text/css", wasm: "application/wasm", "": "text/html" };

// A host whose files can be replaced, and which can be out of reach.
async function host(files) {
  const state = { files };
  const server = createServer((request, response) => {
    if (state.down) return void request.socket.destroy();
    const name = new URL(request.url, "http://host").pathname.slice(1);
    const content = state.files.get(name);
    const type = types[name.split(".").pop()] ?? "application/octet-stream";
    response.writeHead(content ? 200 : 404, { "content-type": type, "cache-control": "no-cache" });
    response.end(content);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  state.url = `http://127.0.0.1:${server.address().port}/`;
  state.close = () => new Promise((resolve) => server.close(resolve).closeAllConnections());
  return state;
}

// Which build the page and its program are of.
const builds = (page) => page.evaluate(() => [document.title.split(" ")[1], globalThis.startedBy]);

test("of two versions, the page and its engine are always of the same", () =>
  withPage({}, async (page, complaints) => {
    const [one, two] = await Promise.all([build("one"), build("two")]);
    const server = await host(one);
    try {
      await open(page, { url: server.url });
      await kept(page);
      assert.deepEqual(await builds(page), ["one", "one"]);
      // In the middle of an upload the worker is new already, the page is not: nothing may be mixed.
      server.files = new Map([...one, ["service-worker.js", two.get("service-worker.js")]]);
      const failed = await page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        await registration.update();
        const worker = registration.installing;
        if (!worker) return "nothing was installed";
        await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
        return worker.state;
      });
      assert.equal(failed, "redundant");
      server.down = true;
      await page.reload();
      await started(page);
      assert.deepEqual(await builds(page), ["one", "one"]);
      // The upload is complete: online the new version shows at once, and is then kept in place of the old.
      server.down = false;
      server.files = two;
      await page.reload();
      await started(page);
      assert.deepEqual(await builds(page), ["two", "two"]);
      await waitUntil(page, async () => (await navigator.serviceWorker.getRegistration()).waiting !== null);
      // The old worker is there as long as its page is. Then the new one takes its place.
      await page.close();
      const next = await page.context().newPage();
      await open(next, { url: server.url });
      await waitUntil(next, async () => {
        const names = await caches.keys();
        return names.length === 1 && names[0].endsWith(" two");
      });
      server.down = true;
      await next.reload();
      await started(next);
      assert.deepEqual(await builds(next), ["two", "two"]);
    } finally {
      await server.close();
    }
    // This host is none of the harness's; all else would be a complaint.
    const others = complaints.filter((complaint) => !complaint.startsWith("a request left the site: http://127.0.0.1"));
    assert.deepEqual(others, []);
    complaints.length = 0;
  }));

test("where there are no service workers, the page works all the same", () =>
  withPage({}, async (page) => {
    await page.addInitScript(() => {
      Object.defineProperty(Navigator.prototype, "serviceWorker", {
        get() {
          throw new DOMException("not here", "SecurityError");
        },
      });
    });
    await open(page);
    await page.keyboard.press("ArrowRight");
    await waitFor(page, () => globalThis.lockstep.state().steps === 1);
  }));

test("a screen reader hears what happens, and not too often", () =>
  withPage({}, async (page) => {
    await open(page);
    await page.evaluate(() => {
      globalThis.heard = [];
      const region = document.querySelector(".spoken");
      const listen = () => globalThis.heard.push({ at: performance.now(), text: region.textContent });
      new MutationObserver(listen).observe(region, { characterData: true, childList: true, subtree: true });
      globalThis.lockstep.speed(0.2);
      globalThis.lockstep.play();
    });
    await waitFor(page, () => globalThis.heard.some(({ text }) => text.includes("1 entry committed")));
    await page.evaluate(() => globalThis.lockstep.pause());
    const heard = await page.evaluate(() => globalThis.heard);
    // The last may say what came of it when it stopped.
    assert.ok(heard.length >= 3, JSON.stringify(heard));
    const spans = heard.slice(1).map(({ at }, n) => at - heard[n].at);
    assert.ok(spans.slice(0, -1).every((span) => span > 1_900), JSON.stringify(heard));
    await page.keyboard.press("1");
    await page.keyboard.press("k");
    await waitFor(page, () => document.querySelector(".spoken").textContent.includes("n1"));
    // At a hundred times real time nobody could listen.
    const long = JSON.stringify({ lockstep: 1, lab: "raft", until: "3000s", config: { load: { every: "50ms" } } });
    await page.evaluate((text) => globalThis.lockstep.open(text), long);
    await waitFor(page, () => globalThis.heard.at(-1).text.startsWith("Term 0"));
    await page.evaluate(() => {
      globalThis.heard.length = 0;
      globalThis.lockstep.speed(100);
      globalThis.lockstep.play();
    });
    await page.waitForTimeout(300);
    assert.deepEqual(await page.evaluate(() => globalThis.heard), []);
    await page.evaluate(() => globalThis.lockstep.pause());
    await waitFor(page, () => globalThis.heard.length === 1 && globalThis.heard[0].text.includes("leads"));
  }));
