// The leaders' month: a number that is pressed opens to exactly as many matters as it says, the same as the server lists.

import assert from "node:assert/strict";
import { test } from "node:test";
import { logins, person, phones, settle, signIn, url } from "./browser.mjs";
import { byPhone, withoutLog, wrote } from "./phones.mjs";
import { seated } from "./seated.mjs";

const { browser, page, faults, get } = await seated(logins.township);

test("a number of a leader's month opens to its rows", async () => {
  const { region } = (await get("/api/me")).seats[0];
  const lines = [];
  for (let cursor = ""; cursor !== null; ) {
    const answer = await get(`/api/leaders/months?region=${region}&most=100${cursor}`);
    lines.push(...answer.items);
    cursor = answer.next ? `&cursor=${answer.next}` : null;
  }
  assert.ok(lines.length > 0, "a township has leaders");
  const regions = lines.map((l) => l.seat.region);
  assert.deepEqual(regions, [...regions].sort(), "by region and by nothing else");
  const what = ["visits", "services", "solved", "late"].find((w) => lines.some((l) => l[w] > 0));
  assert.ok(what, "somebody did something this month");
  const line = lines.find((l) => l[what] > 0);
  await page.goto(`${url}/console/people/${line.seat.region}?view=month`);
  await settle(page);
  const cell = page.locator(`tr[data-seat="${line.seat.id}"][data-account="${line.account}"] [data-what="${what}"]`);
  assert.equal(await cell.innerText(), String(line[what]));
  await cell.locator("button").click();
  await page.locator(".matters-drawer li").first().waitFor();
  const rows = await get(`/api/leaders/months/matters?seat=${line.seat.id}&account=${line.account}&what=${what}&most=200`);
  const shown = await page.locator(".matters-drawer li a").evaluateAll((links) => links.map((a) => a.getAttribute("href").match(/matters\/([0-9a-f-]+)/)[1]));
  assert.deepEqual(shown.sort(), rows.items.map((m) => m.id).sort().slice(0, 50));
  assert.equal(rows.items.length, line[what]);
  assert.deepEqual(faults, []);
});

test("who has no right there is told so", async () => {
  const { page: other } = await person(browser);
  await signIn(other, logins.it);
  await other.goto(`${url}/console/people?view=month`);
  await settle(other);
  await other.locator(".month .note, .month [role=status], .month h4, .month b").first().waitFor();
  assert.equal(await other.locator(".month table").count(), 0);
});

test("on the telephone a leader's own number opens to what he did, and shuts again", { skip: withoutLog }, async () => {
  const { context, page: phone, faults } = await person(browser, { width: 390, height: 844 });
  phone.setDefaultTimeout(10_000);
  await byPhone(context, phones.group);
  const words = `演示走访 ${Date.now()}`;
  const id = await wrote(phone, "visit", words);
  const ask = async (path) => (await phone.request.get(`${url}${path}`)).json();
  const [line] = (await ask("/api/leaders/months")).items;
  const rows = (await ask(`/api/leaders/months/matters?seat=${line.seat.id}&account=${line.account}&what=visits&most=200`)).items;
  assert.equal(rows.length, line.visits);
  assert.ok(rows.some((m) => m.id === id), "what he wrote just now is counted");
  await phone.goto(`${url}/m/month`);
  const card = phone.locator('[data-what="visits"]').first();
  const number = card.locator(".line");
  await card.locator("b", { hasText: new RegExp(`^${line.visits}$`) }).waitFor();
  assert.equal(await number.getAttribute("aria-expanded"), "false");
  await number.click();
  await card.locator("li").first().waitFor();
  while ((await card.locator("button", { hasText: "再看一些" }).count()) > 0) {
    const n = await card.locator("li").count();
    await card.locator("button", { hasText: "再看一些" }).click();
    await card.locator("li").nth(n).waitFor();
  }
  const shown = await card.locator("li a").evaluateAll((links) => links.map((a) => a.getAttribute("href").split("/").at(-1)));
  assert.deepEqual(shown.sort(), rows.map((m) => m.id).sort());
  // Pressed again it shuts; a row leads to its matter.
  await number.click();
  assert.equal(await card.locator("li").count(), 0);
  await number.click();
  await card.locator("li a", { hasText: words }).click();
  await phone.getByText(words).first().waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});
