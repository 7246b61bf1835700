// The command screen against the server: its numbers are counts of rows, it hears what happens, and an urgent matter that nobody has
// taken stands in its middle.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { as as one, launch, logins, person, signIn, url } from "./browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

const as = (login, look, act) =>
  one(browser, login, { path: "/screen", width: 1920, height: 1080, ...look }, async (page) => {
    await page.locator(".kpi b").first().waitFor();
    await page.waitForFunction(() => /^\d/.test(document.querySelector(".kpi b")?.textContent ?? "") && document.querySelector("svg .county, svg .dot"));
    await act(page);
  });

const get = async (page, path) => (await page.request.get(`${url}${path}`)).json();
const today = () => new Date(Math.floor((Date.now() + 8 * 3_600_000) / 86_400_000) * 86_400_000 - 8 * 3_600_000).toISOString();
const kpi = async (page, i) => Number(await page.locator(".kpi b").nth(i).innerText());

test("every number is counted from rows, and opens to them", () =>
  as(logins.leader, {}, async (page) => {
    const n = async (query) => (await get(page, `/api/matters/count?${query}`)).n;
    assert.equal(await kpi(page, 0), await n(`received_from=${today()}`));
    assert.equal(await kpi(page, 2), await n("open=true"));
    assert.equal(await kpi(page, 3), await n("open=true&late=true"));
    const day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const { figure } = await get(page, `/api/figures/direct_line.on_time?from=${day}&to=${day}`);
    assert.equal(await kpi(page, 1), figure.cases);
    await page.locator(".kpi button").nth(3).click();
    await page.locator(".n-drawer li").first().waitFor();
    const { items } = await get(page, "/api/matters?open=true&late=true&most=50");
    assert.deepEqual(await page.locator(".n-drawer li .t").allInnerTexts(), items.map((m) => m.title));
  }));

test("rates by township are the server's, each with its n, and a low one says what lies behind it", () =>
  as(logins.leader, {}, async (page) => {
    const days = (back) => new Date(Date.now() + 8 * 3_600_000 - back * 86_400_000).toISOString().slice(0, 10);
    const { rows } = await get(page, `/api/figures/direct_line.on_time/by/township?from=${days(29)}&to=${days(0)}`);
    const shown = rows.filter((r) => typeof r.figure.value === "number");
    const lines = await page.locator(".b li button").evaluateAll((all) => all.map((e) => ({ name: e.querySelector(".name").textContent, value: e.querySelector("b").textContent, n: Number.parseInt(e.querySelector(".n").textContent), behind: e.querySelector(".behind")?.textContent ?? "" })));
    assert.equal(lines.length, shown.length);
    for (const line of lines) {
      const { figure } = rows.find((r) => r.name.zh === line.name);
      assert.equal(`${line.value} %`, figure.shown);
      assert.equal(line.n, figure.cases);
      if (line.behind) assert.ok(line.behind.includes(`${figure.cases} 件里 ${figure.cases - figure.hits} 件`) || /\d/.test(line.behind), line.behind);
    }
    for (let i = 1; i < lines.length; i++) assert.ok(Number(lines[i - 1].value) >= Number(lines[i].value));
  }));

test("points are the villages: sized by what is open, and only late and urgent ones are coloured and named", () =>
  as(logins.leader, {}, async (page) => {
    const { features: towns } = await get(page, "/api/map/regions");
    const villages = (await Promise.all(towns.map((t) => get(page, `/api/map/regions?parent=${t.properties.code}`)))).flatMap((c) => c.features.map((f) => f.properties)).filter((v) => v.centre);
    const count = (selector) => page.locator(selector).count();
    assert.equal(await count("svg .dot"), villages.length);
    assert.equal(await count("svg .dot.late"), villages.filter((v) => v.late > 0 && v.alarm === 0).length);
    assert.equal(await count("svg .dot.calm"), villages.filter((v) => v.open > 0 && v.late === 0 && v.alarm === 0).length);
    const bad = new Set(villages.filter((v) => v.late > 0 || v.alarm > 0).map((v) => v.name));
    for (const name of await page.locator("svg text").allTextContents()) assert.ok([...bad].some((whole) => whole.endsWith(name)), name);
  }));

test("nothing scrolls at 1920 × 1080 and at 3840 × 1080", async () => {
  for (const width of [1920, 3840]) {
    await as(logins.leader, { width }, async (page) => {
      const over = await page.evaluate(() => [document.documentElement.scrollHeight > innerHeight, document.documentElement.scrollWidth > innerWidth]);
      assert.deepEqual(over, [false, false], String(width));
      // No part runs over another.
      const boxes = await page.locator(".screen section").evaluateAll((all) => all.map((e) => e.getBoundingClientRect()).map(({ left, right, top, bottom }) => ({ left, right, top, bottom })));
      const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
      for (const [i, a] of boxes.entries()) for (const b of boxes.slice(i + 1)) assert.ok(!meet(a, b), `${width}: ${JSON.stringify([a, b])}`);
    });
  }
});

test("an urgent matter that is reported appears at once and takes the middle", () =>
  as(logins.leader, {}, async (page) => {
    const was = await kpi(page, 0);
    const waiting = await page.locator("div.alarm").count();
    const desk = await person(browser, {});
    await signIn(desk.page, logins.village);
    const { region } = (await get(desk.page, "/api/me")).seats[0];
    const group = (await get(desk.page, `/api/regions?under=${region}`))[0].code;
    const title = `有人掉到塘里去了 ${Date.now()}`;
    const answer = await desk.page.request.post(`${url}/api/matters`, {
      headers: { "Idempotency-Key": `screen-${Date.now()}` },
      data: { flow: "direct_line.report", form: { words: title, place: { region: group }, sender: "anonymous" }, door: "phone", for_another: { by: "phone", agreed: true }, resident: null, category: null, urgent: true },
    });
    assert.ok(answer.ok(), await answer.text());
    const { id } = await answer.json();
    await page.locator(".e li", { hasText: title.slice(0, 8) }).first().waitFor({ timeout: 5000 });
    await page.waitForFunction((n) => Number(document.querySelector(".kpi b").textContent) === n, was + 1, { timeout: 8000 });
    const matter = await get(page, `/api/matters/${id}`);
    if (matter.offered) {
      await page.locator("div.alarm").waitFor({ timeout: 8000 });
      if (waiting === 0) assert.ok((await page.locator("div.alarm .title").innerText()).includes(title.slice(0, 8)));
      assert.match(await page.locator("div.alarm b").innerText(), /^\d+:\d\d/);
    }
    await desk.context.close();
  }));
