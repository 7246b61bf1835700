// The leaders' month: a number that is pressed opens to exactly as many matters as it says, the same as the server lists.

import assert from "node:assert/strict";
import { test } from "node:test";
import { logins, person, settle, signIn, url } from "./browser.mjs";
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
