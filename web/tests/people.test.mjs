// Regions, seats and people: the tree is walked by keys and searched, an office is handed over to a new person who sets her own
// password, areas are redrawn after a preview.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { logins, person, settle, signIn, url } from "./browser.mjs";
import { seated } from "./seated.mjs";

const { browser, page, faults, get, home } = await seated(logins.it);

test("the tree goes down by keys and finds by name", async () => {
  await page.goto(`${url}/console/people`);
  await settle(page);
  const [first] = await get(`/api/regions?under=${home}`);
  await page.locator('[role="treeitem"]').first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(new RegExp(first.code));
  await page.locator("h2", { hasText: first.name }).waitFor();
  const [village] = await get(`/api/regions?under=${first.code}`);
  await page.locator(".side .search").fill(village.name);
  await page.locator(".found button", { hasText: village.name }).first().click();
  await page.locator("h2", { hasText: village.name }).waitFor();
  assert.equal(await page.locator('[role="treeitem"][aria-selected="true"] span').innerText(), village.name);
});

test("the hand-over list is what the seat has in hand; an empty seat closes when another takes that over", async () => {
  const towns = await get(`/api/regions?under=${home}`);
  const found = async () => {
    for (const town of towns)
      for (const [at, seat] of (await get(`/api/seats?region=${town.code}`)).entries()) {
        const work = await get(`/api/seats/${seat.id}/work`);
        if (work.all > 0) return { town, at, work };
      }
    assert.fail("no township's seat of the demo has anything in hand");
  };
  const { town, at, work } = await found();
  await page.goto(`${url}/console/people/${town.code}`);
  await settle(page);
  await page.locator(".view ul > li").nth(at).locator(".small-button").click();
  await page.locator(".n-dropdown-option", { hasText: "交接单" }).click();
  await page.locator(".act .muted").first().waitFor();
  assert.equal(await page.locator(".act tbody tr").count(), work.items.length);
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator(".act .button", { hasText: "CSV" }).click()]);
  const lines = (await readFile(await file.path(), "utf8")).trim().split("\r\n");
  assert.equal(lines.length - 2, work.items.length);
  await page.keyboard.press("Escape");

  // A seat that nobody sits on any more and that has nothing in hand closes at once; with work, another is named first.
  const other = towns.at(-1);
  const seats = await get(`/api/seats?region=${other.code}`);
  const nth = seats.findIndex((s) => s.role === "desk");
  for (const { id, until } of await get(`/api/seats/${seats[nth].id}/tenures`)) {
    const headers = { "Idempotency-Key": crypto.randomUUID(), origin: url };
    if (!until) assert.equal((await page.request.delete(`${url}/api/tenures/${id}`, { headers })).status(), 204);
  }
  await page.goto(`${url}/console/people/${other.code}`);
  await settle(page);
  await page.locator(".view ul > li").nth(nth).locator(".small-button").click();
  await page.locator(".n-dropdown-option", { hasText: "撤销岗位" }).click();
  await page.locator(".act", { hasText: "没有没办完的事" }).waitFor();
  await page.locator(".act .primary").click();
  await page.locator(".act").waitFor({ state: "detached" });
  assert.equal((await get(`/api/seats?region=${other.code}`)).length, seats.length - 1);
});

test("an office is handed over; the new holder sets a password by her invitation and sits in it", async () => {
  const towns = await get(`/api/regions?under=${home}`);
  // One that no other test signs in as.
  const town = towns[2];
  const seats = await get(`/api/seats?region=${town.code}`);
  const seat = seats.find((s) => s.role === "mediator");
  await page.goto(`${url}/console/people/${town.code}`);
  await settle(page);
  await page.locator(".view li", { hasText: "人民调解员" }).locator(".small-button").click();
  await page.locator(".n-dropdown-option").first().click();
  await page.locator('.act button[type="submit"]').click();
  await page.locator(".act [role=alert]", { hasText: "还没写是谁" }).waitFor();
  const login = `t${Date.now()}`;
  await page.locator('.act input[name="name"]').fill("新来的（演示）");
  await page.locator('.act input[name="new-login"]').fill(login);
  await page.locator('.act button[type="submit"]').click();
  const link = await page.locator(".invite code").innerText();
  const holders = (await get(`/api/seats/${seat.id}/tenures`)).filter((x) => !x.until && x.kind === "holder");
  assert.equal(holders.length, 1);

  const other = await person(browser);
  await other.page.goto(link);
  await other.page.locator('input[name="password"]').fill("Courtyard-Meeting-7");
  await other.page.locator('input[name="again"]').fill("something else");
  await other.page.locator('button[type="submit"]').click();
  await other.page.getByRole("alert").filter({ hasText: "两遍不一样" }).waitFor();
  await other.page.locator('input[name="again"]').fill("Courtyard-Meeting-7");
  await other.page.locator('button[type="submit"]').click();
  await other.page.waitForURL((at) => !at.pathname.endsWith("/invitation"));
  const me = await (await other.page.request.get(`${url}/api/me`)).json();
  assert.equal(me.account, holders[0].account);
  assert.equal(me.seats[0].seat, seat.id);
  // A link is good once.
  const again = await person(browser);
  await again.page.goto(link);
  await again.page.locator('input[name="password"]').fill("Courtyard-Meeting-8");
  await again.page.locator('input[name="again"]').fill("Courtyard-Meeting-8");
  await again.page.locator('button[type="submit"]').click();
  await again.page.getByRole("alert").waitFor();
  await Promise.all([other.context.close(), again.context.close()]);
});

test("areas are redrawn after a preview of what changes hands", async () => {
  const towns = await get(`/api/regions?under=${home}`);
  let village, areas;
  for (const v of await get(`/api/regions?under=${towns[towns.length - 1].code}`)) {
    areas = await get(`/api/areas?village=${v.code}`);
    village = v;
    if (areas.length > 1) break;
  }
  assert.ok(areas.length > 1, "a village with two areas");
  const [from, to] = areas;
  const group = from.groups[0];
  const name = (await get(`/api/regions?under=${village.code}`)).find((g) => g.code === group).name;
  for (const [a, b] of [[from, to], [to, from]]) {
    await page.goto(`${url}/console/people/${village.code}`);
    await settle(page);
    await page.getByRole("button", { name: "重新划片" }).click();
    await page.locator(".draw label", { hasText: name }).locator(".n-base-selection").click();
    await page.locator(".n-base-select-option:visible", { hasText: b.name }).click();
    await page.getByRole("button", { name: "先看看谁的手里变了" }).click();
    await page.locator(".preview", { hasText: `从 ${a.name} 到 ${b.name}` }).waitFor();
    const before = await get(`/api/areas?village=${village.code}`);
    assert.ok(before.find((x) => x.id === a.id).groups.includes(group), "a preview changes nothing");
    await page.getByRole("button", { name: "就这样改" }).click();
    await page.locator(".draw").waitFor({ state: "detached" });
    const now = await get(`/api/areas?village=${village.code}`);
    assert.ok(now.find((x) => x.id === b.id).groups.includes(group));
  }
  assert.deepEqual(faults, []);
});

test("who keeps no seats sees that they are held, and nobody's name", async () => {
  const other = await person(browser);
  await signIn(other.page, logins.township);
  await other.page.goto(`${url}/console/people`);
  await settle(other.page);
  await other.page.locator(".view .chip", { hasText: "在岗" }).first().waitFor();
  assert.equal(await other.page.locator(".small-button, .person").count(), 0);
  await other.context.close();
});

test("what a page shows of many seats and places comes in one request a kind", async () => {
  const asked = [];
  const note = (request) => void asked.push(new URL(request.url()).pathname);
  page.on("request", note);
  const seats = await get(`/api/seats?region=${home}`);
  assert.ok(seats.length > 3, "the county has several seats");
  await page.goto(`${url}/console/people/${home}`);
  await settle(page);
  assert.equal(await page.locator(".view ul > li").count(), seats.length);
  assert.equal(asked.filter((path) => path === "/api/seats").length, 1);
  assert.deepEqual(asked.filter((path) => path.endsWith("/tenures")), []);

  asked.length = 0;
  await page.goto(`${url}/console/setup/accounts`);
  await settle(page);
  const rows = page.locator("section.card ul > li");
  assert.ok((await rows.count()) > 20, "a page of accounts");
  assert.equal(asked.filter((path) => path === "/api/accounts").length, 1);
  assert.ok(asked.filter((path) => path === "/api/regions").length <= 2, "names of all places at once");
  // The demo's officials sign in by their numbers.
  await rows.filter({ hasText: /登录名 \d{3}\*{4}\d{4}/ }).first().waitFor();
  page.off("request", note);
});
