// What a new user comes for: from an empty browser, find out why an isolated leader's write was lost, and hand on a link
// to the moment at which it was overwritten. By clicks and keys alone; what is checked is what the page says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { open, shoot, state, withPage } from "./harness.mjs";

const tab = (page, name) => page.getByRole("tab", { name }).click();
const permissions = ["clipboard-read", "clipboard-write"];

// Plays the story of the leader in the minority until the network has healed and the logs agree.
async function playTheStory(page) {
  await open(page);
  await page.getByLabel("Scenario").selectOption({ label: "Leader in the minority" });
  await page.waitForSelector(".panel :text('commits none')");
  for (let i = 0; i < 4; i += 1) await page.keyboard.press("+");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await page.waitForFunction(() => globalThis.lockstep.state().time_us > 3_000_000);
  await page.locator(".play").click();
}

// Finds the write whose outcome its client never learnt, and the event that removed it.
async function findTheLoss(page) {
  await tab(page, "Clients");
  await page.waitForFunction(() => {
    return /put x 2[^]*unknown/.test(document.querySelector(".panel").innerText);
  });
  await tab(page, "Events");
  await page.getByLabel("Find text").fill("removes");
  const rows = page.locator(".events li");
  await page.waitForFunction(() => {
    const found = [...document.querySelectorAll(".events li")];
    return found.length > 0 && found.every((row) => row.textContent.includes("removes"));
  });
  // The oldest stands last, and each line says when it was.
  assert.match(await rows.last().innerText(), /^2\.\d{3} \d{3}/);
  const { state: { steps } } = await state(page);
  await rows.last().getByRole("button").first().click();
  await page.waitForFunction((before) => {
    const { travelling, state: seen } = globalThis.lockstep.state();
    return !travelling && seen.steps !== before;
  }, steps);
}

test("a new user finds why an isolated leader's write was lost, and links to its overwriting", () =>
  withPage({ permissions }, async (page) => {
    await playTheStory(page);
    await findTheLoss(page);
    await page.locator(".events li.selected").getByRole("button", { name: "Why?" }).click();
    await page.waitForSelector(".chain");
    const chain = await page.locator(".inspect > .chain > li").allInnerTexts();
    assert.match(chain[0], /timer runs out/);
    assert.match(chain.at(-1), /removes its entries from 2 on.*conflict.*§5\.3/s);
    await shoot(page, "acceptance-why");
    const here = await state(page);
    await page.getByRole("button", { name: "Share this moment" }).click();
    await page.waitForSelector(".notice:has-text('Link copied')");
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(link.length < 2_000);
    await opensThere(link, here);
  }));

// Opens the link in a browser that has never seen the page.
function opensThere(link, here) {
  return withPage({}, async (page) => {
    await open(page, { url: link });
    await page.waitForFunction(() => {
      const { travelling, replay } = globalThis.lockstep.state();
      return !travelling && replay === "verified";
    });
    const there = await state(page);
    assert.equal(there.state.steps, here.state.steps);
    assert.equal(there.digest, here.digest);
    await page.waitForSelector(".last-step:has-text('removes its entries from 2 on')");
    await shoot(page, "acceptance-link");
  });
}
