// The command screen against the server: its numbers are counts of rows, it hears what happens, and what concerns life stands in its
// middle until somebody has it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { as as one, launch, logins, person, signedIn, url } from "./browser.mjs";

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
    assert.equal(await kpi(page, 1), await n(`open=false&closed_from=${today()}`));
    assert.equal(await kpi(page, 3), await n("open=true"));
    assert.equal(await kpi(page, 4), await n("open=true&late=true"));
    const day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const { figure } = await get(page, `/api/figures/direct_line.on_time?from=${day}&to=${day}`);
    assert.equal(await kpi(page, 2), figure.cases);
    await opens(page, 4, "open=true&late=true");
  }));

test("what several people raised opens to all of it", () =>
  as(logins.leader, {}, async (page) => {
    const { issues } = await get(page, "/api/hot-issues?days=7&most=4");
    assert.ok(issues.length > 0, "the demo has some");
    await page.locator(".hot").first().click();
    await page.locator(".n-drawer li").first().waitFor();
    const { items } = await get(page, `/api/matters?ids=${issues[0].matters.join()}`);
    assert.equal(items.length, issues[0].matters.length);
    assert.deepEqual(await page.locator(".n-drawer li .t").allInnerTexts(), items.map((m) => m.title));
    assert.ok((await page.locator(".n-drawer .head").innerText()).includes(String(items.length)));
  }));

/** A number that is pressed opens to the rows of this query, and to no other. */
async function opens(page, i, query) {
  await page.locator(".kpi button").nth(i).click();
  await page.locator(".n-drawer li").first().waitFor();
  const { items } = await get(page, `/api/matters?${query}&most=50`);
  assert.deepEqual(await page.locator(".n-drawer li .t").allInnerTexts(), items.map((m) => m.title));
  await page.keyboard.press("Escape");
  await page.locator(".n-drawer").waitFor({ state: "detached" });
}

/** The village's duty, who writes down what she is told on the telephone. */
async function desk(act) {
  const { context, page } = await person(browser, {});
  try {
    await signedIn(context, page, logins.village);
    const { region } = (await get(page, "/api/me")).seats[0];
    const group = (await get(page, `/api/regions?under=${region}`))[0].code;
    const send = async (path, data) => {
      const answer = await page.request.post(`${url}/api/matters${path}`, { headers: { "Idempotency-Key": `screen-${Date.now()}-${Math.random()}` }, data });
      assert.ok(answer.ok(), await answer.text());
      return answer.json();
    };
    const report = (words, urgent) =>
      send("", { flow: "direct_line.report", form: { words, place: { region: group }, sender: "anonymous" }, door: "phone", for_another: { by: "phone", agreed: true }, resident: null, category: null, urgent });
    await act({ report, send });
  } finally {
    await context.close();
  }
}

test("what ended today is a number with its window, rises as it happens, and opens to exactly that", () =>
  as(logins.leader, {}, async (page) => {
    const was = await kpi(page, 1);
    await desk(async ({ report, send }) => {
      const { id } = await report(`打错了电话 ${Date.now()}`, false);
      await send(`/${id}/end`, { end: "withdrawn", reason: "by_himself" });
    });
    await page.waitForFunction((n) => Number(document.querySelectorAll(".kpi b")[1].textContent) === n, was + 1, { timeout: 8000 });
    assert.equal(await page.locator(".kpi button").nth(1).locator("span").innerText(), "今天办结");
    await opens(page, 1, `open=false&closed_from=${today()}`);
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

test("what concerns life appears at once and takes the middle until somebody has it", () =>
  as(logins.leader, {}, async (page) => {
    const was = await kpi(page, 0);
    const middle = page.locator("div.alarm");
    const others = (await get(page, "/api/matters/alarms")).length;
    await desk(async ({ report, send }) => {
      const title = `有人掉到塘里去了 ${Date.now()}`;
      const { id } = await report(title, true);
      await page.locator(".e li", { hasText: title.slice(0, 8) }).first().waitFor({ timeout: 5000 });
      await page.waitForFunction((n) => Number(document.querySelector(".kpi b").textContent) === n, was + 1, { timeout: 8000 });
      await middle.waitFor({ timeout: 8000 });
      const alarms = await get(page, "/api/matters/alarms");
      assert.equal(alarms.length, others + 1);
      assert.ok(alarms.some((m) => m.id === id), "the pack declares it");
      assert.ok((await middle.locator(".title").innerText()).startsWith(alarms[0].title.slice(0, 8)), "the one that waits longest");
      assert.match(await middle.locator("b").innerText(), /^\d+:\d\d/);
      await send(`/${id}/moves`, { move: "area" });
      assert.equal((await get(page, "/api/matters/alarms")).length, others, "somebody has it");
      if (others === 0) await middle.waitFor({ state: "detached", timeout: 8000 });
    });
  }));
