// The page of figures against the rows that the server gives: what stands there can be counted.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { as as one, launch, logins, settle, url } from "./browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

const as = (login, look, act) => one(browser, login, { path: "/figures", ...look }, act);

const get = async (page, path) => (await page.request.get(`${url}${path}`)).json();
const first = (text) => Number(/\d+/.exec(text)[0]);

/** Every row behind a figure, counted one by one. */
async function count(page, indicator, query) {
  let n = 0;
  for (let cursor = ""; cursor !== null; ) {
    const got = await get(page, `/api/figures/${indicator}/matters?${query}&most=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    n += got.items.length;
    cursor = got.next ?? null;
  }
  return n;
}

test("every tile says what the server says, and a figure that is missing is a dash with its reason", () =>
  as(logins.leader, {}, async (page) => {
    const declared = await get(page, "/api/indicators");
    const tiles = page.locator(".tile");
    assert.equal(await tiles.count(), declared.length);
    const texts = await tiles.evaluateAll((all) => all.map((e) => e.innerText.replaceAll("\u2009", " ")));
    for (const { indicator, name } of declared) {
      const { figure } = await get(page, `/api/figures/${indicator}`);
      const mine = texts.filter((text) => text.startsWith(name.zh));
      const told = figure.why ? ["—", figure.why.zh] : [figure.shown, `${figure.cases} 件里 ${figure.hits} 件`];
      assert.ok(mine.some((text) => told.every((part) => text.includes(part))), `${indicator}: ${told} in ${mine}`);
      if (figure.why) assert.ok(mine.every((text) => !/^0(\.0)? ?%?$/m.test(text)) || mine.length > 1, indicator);
    }
  }));

test("the numbers of a figure open exactly its rows", () =>
  as(logins.leader, {}, async (page) => {
    const id = "direct_line.on_time";
    await page.goto(`${url}/console/figures?of=${id}`);
    await settle(page);
    const parts = page.locator(".parts .button");
    for (const [i, which] of ["cases", "hits", "misses", "outs"].entries()) {
      const shown = first(await parts.nth(i).innerText());
      assert.equal(shown, await count(page, id, `which=${which}`), which);
    }
    const misses = await get(page, `/api/figures/${id}/matters?which=misses&most=50`);
    await parts.nth(2).click();
    await page.locator(".n-drawer li").first().waitFor();
    const titles = await page.locator(".n-drawer li .t").allInnerTexts();
    assert.deepEqual(titles, misses.items.map((row) => row.title));
  }));

test("what stands behind a figure, and a list of the desk, leave as sheets of exactly those rows", () =>
  as(logins.township, {}, async (page) => {
    const id = "direct_line.on_time";
    await page.goto(`${url}/console/figures?of=${id}`);
    await settle(page);
    await page.locator(".parts .button").first().click();
    await page.locator(".n-drawer li").first().waitFor();
    const [file] = await Promise.all([page.waitForEvent("download"), page.locator(".n-drawer .end .button", { hasText: "CSV" }).click()]);
    const lines = (await readFile(await file.path(), "utf8")).trim().split("\r\n");
    assert.equal(lines.length - 2, await count(page, id, "which=cases"), lines[0]);
    await page.goto(`${url}/console/?tab=late`);
    await settle(page);
    const [book] = await Promise.all([page.waitForEvent("download"), page.locator(".queue .take").click()]);
    assert.equal(book.suggestedFilename(), "matters.xlsx");
    assert.equal((await readFile(await book.path())).subarray(0, 2).toString(), "PK");
  }));

test("who may not export is offered no sheet", () =>
  as(logins.leader, {}, async (page) => {
    await page.goto(`${url}/console/figures?of=direct_line.on_time`);
    await settle(page);
    await page.locator(".parts .button").first().click();
    await page.locator(".n-drawer li").first().waitFor();
    assert.equal(await page.locator(".n-drawer .end .button", { hasText: "CSV" }).count(), 0);
  }));

test("a line of the ranking has the server's value, and its rows are those of its place", () =>
  as(logins.leader, {}, async (page) => {
    const id = "direct_line.on_time";
    await page.goto(`${url}/console/figures?of=${id}`);
    await settle(page);
    const { rows } = await get(page, `/api/figures/${id}/by/township`);
    const ranked = rows.filter((row) => typeof row.rank === "number");
    await page.locator(".ranks ol button").first().waitFor();
    const lines = await page.locator(".ranks ol button").evaluateAll((all) => all.map((e) => e.innerText.replaceAll("\u2009", " ")));
    assert.equal(lines.length, Math.min(20, ranked.length));
    for (const [i, line] of lines.entries()) for (const part of [ranked[i].name.zh, ranked[i].figure.shown, String(ranked[i].figure.cases)]) assert.ok(line.includes(part), `${part} in ${line}`);
    await page.locator(".ranks ol button").first().click();
    await page.locator(".n-drawer li").first().waitFor();
    const town = ranked[0].key.slice(0, 9);
    const got = await get(page, `/api/figures/${id}/matters?region=${ranked[0].key}&most=50`);
    assert.ok(got.items.every((row) => row.region.startsWith(town)));
    assert.equal(await page.locator(".n-drawer li").count(), got.items.length);
  }));

test("the trend as a table is the server's, day by day", () =>
  as(logins.leader, {}, async (page) => {
    const id = "direct_line.on_time";
    await page.goto(`${url}/console/figures?of=${id}`);
    await settle(page);
    await page.locator(".stack .two button").nth(1).click();
    const rows = await page.locator(".stack tbody tr").evaluateAll((all) => all.map((tr) => [...tr.children].slice(0, 4).map((td) => td.innerText.trim())));
    assert.equal(rows.length, 30);
    const points = await get(page, `/api/figures/${id}/trend?every=day&from=${rows[0][0]}&to=${rows[29][0]}`);
    assert.deepEqual(rows, points.map((p) => [p.window.from, p.figure.shown, String(p.figure.cases), String(p.figure.hits)]));
  }));

test("every formula of every pack is told in words, in both languages", async () => {
  for (const lang of ["zh", "en"]) {
    await as(logins.leader, { lang }, async (page) => {
      for (const { indicator } of await get(page, "/api/indicators")) {
        await page.goto(`${url}/console/figures?of=${indicator}`);
        await settle(page);
        const told = await page.locator(".stack dd").allInnerTexts();
        assert.ok(told.length >= 3, indicator);
        for (const text of told) assert.doesNotMatch(text, /&&|==|has\(|during\(|figures\.|_at\b/, `${indicator}: ${text}`);
      }
    });
  }
});
