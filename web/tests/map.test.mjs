// The map against the server: what stands beside it and on it are the rows of the lists.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, logins, person, settle, signIn, url } from "./browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

async function as(login, path, act) {
  const { context, page, faults } = await person(browser, {});
  const asked = [];
  page.on("request", (r) => asked.push(r.url()));
  try {
    await signIn(page, login);
    await page.goto(url + path);
    await settle(page);
    await act(page, asked);
    assert.deepEqual(faults, []);
    // Nothing outside this machine is needed, and nothing is asked for there.
    const origin = new URL(url).origin;
    assert.deepEqual(asked.filter((a) => /^https?:/.test(a) && !a.startsWith(origin)), []);
  } finally {
    await context.close();
  }
}

const get = async (page, path) => (await page.request.get(`${url}${path}`)).json();
const numbers = async (page) => (await page.locator(".sum dd").allInnerTexts()).map(Number);

test("the numbers beside the map are those of the lists, for the county and for a place one goes down to", () =>
  as(logins.leader, "/console/map", async (page) => {
    const n = async (query) => (await get(page, `/api/matters/count?${query}`)).n;
    const [open, late] = await numbers(page);
    assert.equal(open, await n("open=true"));
    assert.equal(late, await n("open=true&late=true"));
    const { features } = await get(page, "/api/map/regions");
    const rows = page.locator(".list li button");
    assert.equal(await rows.count(), features.length);
    assert.equal(features.reduce((sum, f) => sum + f.properties.open, 0), open);
    const name = (await rows.first().locator(".name").innerText()).trim();
    const { code } = features.find((f) => f.properties.name === name).properties;
    await rows.first().click();
    await page.waitForURL(new RegExp(`region=${code}`));
    await settle(page);
    assert.equal((await numbers(page))[0], await n(`open=true&region=${code}`));
    assert.equal(await page.locator(".crumbs [aria-current]").innerText(), name);
    await page.locator(".tabs button").nth(1).click();
    await settle(page);
    const { items } = await get(page, `/api/matters?open=true&region=${code}&most=50`);
    assert.deepEqual(await page.locator(".list li .t").allInnerTexts(), items.map((m) => m.title));
  }));

test("tiles are asked for, drawn, and narrowed by what is ticked and by time", () =>
  as(logins.leader, "/console/map", async (page, asked) => {
    await page.locator("canvas.maplibregl-canvas").waitFor();
    const tiles = () => asked.filter((a) => a.includes("/api/map/tiles/matters/"));
    await page.waitForFunction(() => document.querySelector(".maplibregl-canvas")?.width > 100);
    await page.waitForTimeout(3000);
    assert.ok(tiles().length > 0);
    await page.locator(".legend .inner .n-checkbox").first().click();
    await page.waitForTimeout(1500);
    assert.ok(tiles().some((a) => a.includes("late=true")));
    // The first end of the bar, moved by keyboard.
    await page.locator('.time input[type="range"]').first().focus();
    for (let i = 0; i < 40; i++) await page.keyboard.press("ArrowRight");
    await page.waitForTimeout(1500);
    const from = new URL(tiles().at(-1)).searchParams.get("from");
    assert.ok(from, "tiles since a day");
    const { n } = await get(page, `/api/matters/count?open=true&received_from=${from}`);
    assert.equal((await numbers(page))[0], n);
  }));

test("a line of the list opens the matter, in the desk's own view, and Esc goes back to the map", () =>
  as(logins.leader, "/console/map?tab=matters", async (page) => {
    const title = await page.locator(".list li .t").first().innerText();
    await page.locator(".list li button").first().click();
    await page.locator(".n-drawer article.matter").waitFor();
    assert.ok((await page.locator(".n-drawer article.matter").innerText()).includes(title.slice(0, 12)));
    await page.keyboard.press("Escape");
    await page.locator(".n-drawer").waitFor({ state: "detached" });
    assert.doesNotMatch(page.url(), /matter=/);
  }));

test("a place is found by name and by code, a matter by its words; hostile text stays text", () =>
  as(logins.leader, "/console/map", async (page) => {
    const { features } = await get(page, "/api/map/regions");
    const { code, name } = features[3].properties;
    const box = page.locator(".side input[type=search]");
    for (const q of [name, code.slice(0, 9)]) {
      await box.fill(q);
      await page.locator(".side form li button", { hasText: name }).first().click();
      await page.waitForURL(new RegExp(`region=${code}`));
    }
    await box.fill("<img src=x onerror=alert(1)>");
    await page.locator(".side .none").waitFor();
    assert.equal(await page.locator('img[src="x"]').count(), 0);
  }));
