// The console against a real server with the demo county: sign in, read, act with 5 s to undo, register, live.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { as as one, launch, logins, person, settle, signIn, url } from "./browser.mjs";

let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

const as = (login, look, act) => one(browser, login, look, act);

const count = async (page) => (await page.request.get(`${url}/api/matters/count?open=true`)).json();

test("a wrong password is refused in the reader's language and nothing is lost", async () => {
  const { context, page } = await person(browser, { lang: "en" });
  await page.goto(`${url}/console/`);
  await page.waitForURL(/sign-in/);
  await page.locator('input[name="login"]').fill("nobody");
  await page.locator('input[name="password"]').fill("wrong-password-1");
  await page.locator('button[type="submit"]').click();
  const alert = await page.getByRole("alert").innerText();
  assert.match(alert, /[a-z]{4}/);
  assert.doesNotMatch(alert, /[\u3400-\u9fff]/);
  assert.equal(await page.locator('input[name="login"]').inputValue(), "nobody");
  await context.close();
});

test("the desk is in order of time left, and J and K go along it", () =>
  as(logins.leader, {}, async (page) => {
    const items = (await (await page.request.get(`${url}/api/matters?open=true&mine=true`)).json()).items;
    assert.ok(items.length > 2, "the demo's county leader holds something");
    const first = await page.locator(".queue .pick .t").first().innerText();
    assert.equal(first, items[0].title);
    await page.waitForURL(new RegExp(items[0].id));
    await page.keyboard.press("j");
    await page.waitForURL(new RegExp(items[1].id));
    await page.keyboard.press("k");
    await page.waitForURL(new RegExp(items[0].id));
  }));

test("what is undone within five seconds was never sent", () =>
  as(logins.leader, {}, async (page) => {
    const id = /matters\/([0-9a-f-]+)/.exec(page.url())[1];
    const entries = async () => (await (await page.request.get(`${url}/api/matters/${id}/timeline`)).json()).length;
    await page.locator("article.matter").waitFor();
    const n = await entries();
    await page.keyboard.press("c");
    await page.locator('.act button[type="submit"]').click();
    await page.locator(".toast").waitFor();
    await page.keyboard.press("u");
    await page.waitForTimeout(6000);
    assert.equal(await entries(), n);
    await page.keyboard.press("c");
    await page.locator('.act button[type="submit"]').click();
    await page.waitForTimeout(7000);
    assert.equal(await entries(), n + 1);
    // And the page that shows it was told by the stream.
    await page.locator("article.matter ol li").first().getByText("催办").waitFor();
  }));

test("a call is registered for another person and appears on a page that was open", async () => {
  const watching = await person(browser);
  await signIn(watching.page, logins.desk);
  await watching.page.goto(`${url}/console/?tab=all`);
  await settle(watching.page);
  const was = await count(watching.page);
  await as(logins.village, {}, async (page) => {
    const told = `桥头的路灯不亮了 ${Date.now()}`;
    await page.keyboard.press("n");
    await page.waitForURL(/register/);
    await page.locator('[data-field="words"] textarea').fill(told);
    await page.locator('[data-field="place"] .n-cascader').click();
    await page.locator(".n-cascader-option .n-checkbox").first().click();
    await page.locator('input[name="phone"]').fill("13900139000");
    await page.getByText("已经念给他听").click();
    await page.locator('form button[type="submit"].primary').click();
    await page.getByText("登记好了").waitFor();
    await page.getByRole("button", { name: "打开这件事" }).click();
    await page.getByText(told).first().waitFor();
  });
  await watching.page.waitForFunction((n) => document.querySelector(".tabs .on")?.textContent?.includes(String(n)), was.n + 1, { timeout: 5000 });
  await watching.context.close();
});

test("eight tabs of one browser share one stream, and the next goes on when its tab is closed", async () => {
  const { context, page } = await person(browser);
  await signIn(page, logins.village);
  await settle(page);
  const pages = [page];
  for (let i = 0; i < 7; i++) {
    pages.push(await context.newPage());
    await pages.at(-1).goto(`${url}/console/`);
    await settle(pages.at(-1));
  }
  const id = /matters\/([0-9a-f-]+)/.exec(page.url())[1];
  const told = async (words) => {
    const body = { words, files: [] };
    const answer = await page.request.post(`${url}/api/matters/${id}/words`, { data: body, headers: { "idempotency-key": crypto.randomUUID(), origin: url } });
    assert.ok(answer.ok(), await answer.text());
  };
  await told("演示补充一");
  await pages[7].goto(`${url}/console/matters/${id}`);
  await pages[7].locator("article.matter").getByText("演示补充一").first().waitFor();
  // The tab that reads the stream is the first one.
  await page.goto("about:blank");
  await told("演示补充二");
  await pages[7].locator("article.matter").getByText("演示补充二").first().waitFor();
  await context.close();
});

test("hostile text stays text", () =>
  as(logins.desk, {}, async (page) => {
    await page.goto(`${url}/console/?tab=all&q=${encodeURIComponent("<img src=x onerror=alert(1)>")}`);
    await settle(page);
    assert.equal(await page.locator('img[src="x"]').count(), 0);
  }));

test("every page says everything in English", () =>
  as(logins.township, { lang: "en" }, async (page) => {
    for (const path of ["/console/", "/console/register", "/console/nowhere"]) {
      await page.goto(url + path);
      await settle(page);
      const chrome = await page.evaluate(() =>
        [...document.querySelectorAll("button, h1, h3, label, kbd, nav a, footer span")].map((e) => e.textContent ?? "").filter((s) => /[\u3400-\u9fff]/.test(s)),
      );
      // The switch names the other language; seats and places keep their Chinese names.
      const left = chrome.filter((s) => s !== "中文" && !/Township duty|乡|镇|村|街道|社区/.test(s));
      assert.deepEqual(left, [], path);
    }
  }));
