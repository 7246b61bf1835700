// Set-up: flows are drawn as declared, a year is entered and counted, the county's own words stand on every open page, a key works
// until it is revoked, the journal's signature is checked and a changed one is found out.

import assert from "node:assert/strict";
import { test } from "node:test";
import { logins, person, phones, settle, signedIn, url } from "./browser.mjs";
import { withoutLog } from "./phones.mjs";
import { seated } from "./seated.mjs";

const { browser, page, faults, get } = await seated(logins.it);

test("each flow is drawn with all its steps, and every way is there once", async () => {
  for (const { flow, declared } of await get("/api/flows")) {
    await page.goto(`${url}/console/setup/packs?pack=${declared.pack}&flow=${flow}`);
    await page.locator("figure svg").waitFor();
    const steps = Object.values(declared.steps);
    assert.equal(await page.locator("svg .box:not(.end)").count(), steps.length, flow);
    const ways = new Set();
    const inside = [];
    for (const step of steps) {
      const to = [...Object.values(step.moves).map((m) => m.to), step.late?.to].filter((x) => x && typeof x === "object");
      for (const target of to) {
        if (target.closed) ways.add(`${step.id}>end ${target.closed.ended_as}`);
        else if (target.step === step.id || target.with) inside.push(step.id);
        else if (target.step) ways.add(`${step.id}>${target.step}`);
      }
    }
    assert.equal(await page.locator("svg .arc").count(), ways.size, flow);
    // Nothing stands on another's label.
    const grounds = await page.locator("svg .ground").evaluateAll((all) => all.map((e) => e.getBoundingClientRect()).map(({ x, y, width, height }) => ({ x, y, width, height })));
    for (const [i, a] of grounds.entries()) for (const b of grounds.slice(i + 1)) assert.ok(a.x + a.width <= b.x + 1 || b.x + b.width <= a.x + 1 || a.y + a.height <= b.y + 1 || b.y + b.height <= a.y + 1, `${flow}: labels overlap`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false, flow);
  }
});

test("rights are shown as the server gives them", async () => {
  await page.goto(`${url}/console/setup/roles`);
  await page.locator("tbody tr").first().waitFor();
  const roles = await get("/api/roles");
  const may = (id) => new Set(roles.find((r) => r.id === id).may.filter((g) => g.on === "all" || g.on.flow === "direct_line.report").flatMap((g) => g.actions));
  for (const [id, name] of [["township_duty", "乡镇值班"], ["keeper", "密封件保管员"]]) {
    const row = page.locator("tbody tr").filter({ has: page.locator("th", { hasText: new RegExp(`^${name}`) }) });
    assert.equal(await row.locator("td b").count(), may(id).size, id);
  }
});

test("a year is entered as it was announced, its working days are counted, and deadlines follow", async () => {
  await page.goto(`${url}/console/setup/calendar`);
  await settle(page);
  await page.locator("section header .button").click();
  await page.locator('input[name="source"]').fill("演示通知第 1 号");
  // Entered once before, it holds what was entered; else the names of all holidays stand ready.
  await page.locator("tbody tr").first().waitFor();
  const names = await page.locator("tbody tr td:first-child input").evaluateAll((all) => all.map((e) => e.value));
  assert.ok(names.includes("春节"));
  const row = page.locator("tbody tr").nth(names.indexOf("春节"));
  await row.locator('input[type="date"]').nth(0).fill("2027-02-06");
  await row.locator('input[type="date"]').nth(1).fill("2027-02-12");
  await row.locator("input").last().fill("2027-02-14");
  await row.locator("input").last().blur();
  // 261 weekdays of 2027, five of the Spring Festival off, one Sunday made up.
  await page.locator("header", { hasText: "257 个工作日" }).waitFor();
  assert.equal(await page.locator(".grid .holiday").count(), 7);
  assert.equal(await page.locator(".grid .make_up").count(), 1);
  await page.getByRole("button", { name: /保存/ }).click();
  await page.locator(".kept").waitFor();
  const due = await get(`/api/calendar/due?start=${encodeURIComponent("2027-02-05T18:00:00+08:00")}&term=${encodeURIComponent("1 work-day")}`);
  assert.match(due.at, /^2027-02-14T/);
});

test("what a county says its own way is read on every open page at once, and built-in again when it is put back", async () => {
  const key = "setup.packs";
  const own = `演示用语 ${Date.now() % 10_000}`;
  const other = await person(browser);
  await other.context.addCookies(await page.context().cookies());
  const tab = other.page.getByRole("tab").first();
  const put = async (text) => {
    const line = page.locator(`textarea[name="zh ${key}"]`);
    if (text) await line.fill(text);
    else await page.locator("li", { has: line }).getByRole("button", { name: /改回内置/ }).first().click();
    await page.locator(".send .save").click();
    await page.locator(".send .kept").waitFor();
  };
  try {
    await other.page.goto(`${url}/console/setup/roles`);
    await settle(other.page);
    assert.equal(await tab.innerText(), "应用包");
    await page.goto(`${url}/console/setup/words`);
    // A word with a blank is not sent without it.
    await page.locator('input[name="find-word"]').fill("packs.n.flows");
    await page.locator('textarea[name="zh packs.n.flows"]').fill("几个流程");
    await page.locator(".own .wrong", { hasText: "{n}" }).waitFor();
    await page.locator(".send .save").click();
    assert.deepEqual((await get("/api/words")).zh["packs.n.flows"], undefined);
    await page.locator('textarea[name="zh packs.n.flows"]').fill("");
    await page.locator('input[name="find-word"]').fill(key);
    await put(own);
    await other.page.getByRole("tab", { name: own }).waitFor();
    // Opened anew without an answer of the server, the browser still has it.
    await other.page.route("**/api/words", (route) => route.abort());
    await other.page.reload();
    await other.page.getByRole("tab", { name: own }).waitFor();
    await other.page.unroute("**/api/words");
    await put("");
    await other.page.getByRole("tab", { name: "应用包", exact: true }).waitFor();
    assert.equal((await get("/api/words")).zh[key], undefined);
    assert.deepEqual(other.faults.filter((f) => !f.includes("ERR_FAILED")), []);
  } finally {
    await page.request.put(`${url}/api/words`, { headers: { "Idempotency-Key": `words-test-${Date.now()}` }, data: { changes: [{ lang: "zh", key, text: null }] } });
    await other.context.close();
  }
});

test("the phone says a word the county's way too, and markup in it stays text", async () => {
  const change = async (text) => {
    const changes = [{ lang: "zh", key: "home.report", text }];
    const answer = await page.request.put(`${url}/api/words`, { headers: { "Idempotency-Key": `words-phone-${Date.now()}-${Math.random()}` }, data: { changes } });
    assert.ok(answer.ok(), await answer.text());
  };
  const phone = await person(browser, { width: 390, height: 844 });
  const hostile = '报事<img src=x onerror="document.title=1">';
  try {
    await phone.page.goto(`${url}/m/`);
    await settle(phone.page);
    await change(hostile);
    await phone.page.reload();
    await phone.page.getByText(hostile).first().waitFor();
    assert.equal(await phone.page.locator("img[src=x]").count(), 0);
    assert.notEqual(await phone.page.title(), "1");
    assert.deepEqual(phone.faults, []);
  } finally {
    await change(null);
    await phone.context.close();
  }
});

test("办结 is 办好了 on both faces where the county says so, and a page asks for its words once", { skip: withoutLog }, async () => {
  const change = async (text) => {
    const changes = ["desk.tab.ended", "stage.closed"].map((key) => ({ lang: "zh", key, text }));
    const answer = await page.request.put(`${url}/api/words`, { headers: { "Idempotency-Key": `words-closed-${Date.now()}-${Math.random()}` }, data: { changes } });
    assert.ok(answer.ok(), await answer.text());
  };
  const official = await person(browser);
  const resident = await person(browser, { width: 390, height: 844 });
  const asks = (of) => {
    const all = [];
    of.page.on("request", (r) => r.method() === "GET" && r.url().endsWith("/api/words") && all.push(r.url()));
    return all;
  };
  try {
    await signedIn(official.context, official.page, logins.village);
    await signedIn(resident.context, resident.page, { phone: phones.resident });
    const hers = await (await resident.page.request.get(`${url}/api/matters?open=false&most=1`)).json();
    await change("办好了啦");
    const [desk, phone] = [asks(official), asks(resident)];
    await official.page.goto(`${url}/console/`);
    await settle(official.page);
    await official.page.getByText("办好了啦").first().waitFor();
    await resident.page.goto(`${url}/m/matters/${hers.items[0].id}`);
    await settle(resident.page);
    await resident.page.getByText("办好了啦").first().waitFor();
    assert.deepEqual([desk.length, phone.length], [1, 1]);
    assert.deepEqual([...official.faults, ...resident.faults], []);
  } finally {
    await change(null);
    await official.context.close();
    await resident.context.close();
  }
});

test("a key opens what it is for until it is revoked", async () => {
  await page.goto(`${url}/console/setup/keys`);
  await settle(page);
  await page.getByRole("button", { name: "新做一把" }).click();
  const name = `测试对接 ${Date.now()}`;
  await page.locator('input[name="key-name"]').fill(name);
  await page.locator(".act .n-base-selection").nth(0).click();
  await page.locator(".n-base-select-option:visible", { hasText: "群众反映" }).first().click();
  await page.locator(".act .n-base-selection").nth(1).click();
  await page.locator(".n-base-select-option:visible", { hasText: "登记" }).first().click();
  await page.locator('input[name="key-name"]').click();
  await page.locator('.act button[type="submit"]').click();
  const token = await page.locator(".made code").innerText();
  const use = () => fetch(`${url}/api/me`, { headers: { Authorization: `Bearer ${token}` } });
  assert.notEqual((await use()).status, 401);
  await page.getByRole("button", { name: "抄好了" }).click();
  await page.locator("li", { hasText: name }).getByRole("button", { name: "收回" }).click();
  await page.locator(".act .primary").click();
  await page.locator("li", { hasText: name }).waitFor({ state: "detached" });
  assert.equal((await use()).status, 401);
});

test("the journal's signature is checked; a changed length is found out", async () => {
  await page.goto(`${url}/console/setup/journal`);
  await page.locator(".note .chip", { hasText: "签名有效" }).first().waitFor();
  await page.route("**/.well-known/shuxiang/checkpoints", async (route) => {
    const answer = await route.fetch();
    const text = (await answer.text()).replace(/^(\d+)$/m, (n) => String(Number(n) + 1));
    await route.fulfill({ response: answer, body: text });
  });
  await page.getByRole("button", { name: "再查一遍" }).click();
  await page.locator(".note .chip", { hasText: "签名不对" }).first().waitFor();
  assert.deepEqual(faults, []);
});
