// The phone before a real server: without a network, killed and opened again, by keyboard, spoken, in both languages.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, logins, person, phones, settle, signedIn, url } from "./browser.mjs";
import { byPhone, task, withoutLog } from "./phones.mjs";
import { installed, phone, photo } from "./pocket.mjs";

let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

async function pickPlace(page) {
  await page.getByRole("button", { name: "选地方" }).click();
  await page.locator("dialog li button").first().click();
  await page.getByRole("button", { name: /^就选/ }).click();
  await page.locator("dialog").waitFor({ state: "hidden" });
}

/** What the county's desk finds by these words. */
async function found(words) {
  const { context, page } = await person(browser);
  await signedIn(context, page, logins.desk);
  const { items } = await (await page.request.get(`${url}/api/matters?q=${encodeURIComponent(words)}`)).json();
  const whole = await Promise.all(items.map(async (m) => (await page.request.get(`${url}/api/matters/${m.id}`)).json()));
  await context.close();
  return whole.filter((m) => JSON.stringify(m.forms).includes(words));
}

const fresh = () => `护栏断了${Date.now()}${Math.floor(Math.random() * 1000)}`;

test("airplane mode: a report with three photos is made, the app killed and opened again, and sent once when the network is back", () =>
  phone(async (open) => {
    const words = fresh();
    let { context, page } = await open();
    await installed(page);
    await page.goto(`${url}/m/report`);
    await pickPlace(page);
    const photos = [await photo(page, 1), await photo(page, 2), await photo(page, 3)];

    await context.setOffline(true);
    await page.goto(`${url}/m/report`);
    await page.locator('textarea[name="words"]').fill(words);
    await page.locator('input[type="file"]').setInputFiles(photos);
    await page.locator(".strip .one").nth(2).waitFor();
    await page.waitForTimeout(500);
    await context.close();

    // Killed in the middle of writing: all of it is there.
    ({ context, page } = await open());
    await context.setOffline(true);
    await page.goto(`${url}/m/report`);
    await page.locator(".strip .one").nth(2).waitFor();
    assert.equal(await page.locator('textarea[name="words"]').inputValue(), words);
    await page.locator('button[type="submit"]').click();
    await page.getByText("没有网，先存在手机里").waitFor();
    assert.equal(await page.locator("dialog[open]").count(), 0);
    await context.close();

    // Killed with the report on its way. The first answer is lost on the way back: the server has it, the phone does not know.
    ({ context, page } = await open());
    await page.addInitScript(() => {
      const sends = window.fetch;
      window.lost = 0;
      window.fetch = async (path, given) => {
        const answer = await sends(path, given);
        if (path !== "/api/matters" || window.lost > 0) return answer;
        window.lost += 1;
        throw new TypeError("Failed to fetch");
      };
    });
    await context.setOffline(true);
    await page.goto(`${url}/m/mine`);
    await page.getByText("1 条待发").first().waitFor();
    assert.equal((await found(words)).length, 0);
    await context.setOffline(false);
    await page.waitForFunction(() => document.querySelector(".net")?.textContent.trim() === "", undefined, { timeout: 60_000 });
    assert.equal(await page.evaluate(() => window.lost), 1);
    const there = await found(words);
    assert.equal(there.length, 1);
    assert.deepEqual(there[0].files.map((f) => f.kind), ["image/jpeg", "image/jpeg", "image/jpeg"]);

    // Number and code are kept on the phone, and they are good.
    await page.getByText(words).first().click();
    await page.locator(".card.one .told").waitFor();
    assert.equal(await page.locator(".card.one h3").innerText(), there[0].number);
    await context.close();
  }));

test("photos are small before they are kept, and nothing that the camera wrote goes along", () =>
  phone(async (open) => {
    const { context, page } = await open();
    await page.goto(`${url}/m/report`);
    await page.locator('textarea[name="words"]').waitFor();
    await page.locator('input[type="file"]').setInputFiles([await photo(page, 4)]);
    await page.locator(".strip .one").waitFor();
    await page.waitForTimeout(400);
    const kept = await page.evaluate(async () => {
      const db = await new Promise((done) => Object.assign(indexedDB.open("shuxiang"), { onsuccess: (e) => done(e.target.result) }));
      const draft = await new Promise((done) => Object.assign(db.transaction("draft").objectStore("draft").get("report"), { onsuccess: (e) => done(e.target.result) }));
      const picture = await createImageBitmap(draft.photos[0].blob);
      return { width: picture.width, height: picture.height, kind: draft.photos[0].blob.type, text: await draft.photos[0].blob.text() };
    });
    assert.deepEqual([kept.width, kept.height, kept.kind], [1600, 1200, "image/jpeg"]);
    assert.ok(!kept.text.includes("SECRET") && !kept.text.includes("Exif"));
    await context.close();
  }));

test("who cannot write speaks: the note is heard, kept through a kill, sent, and the words say that there is one", () =>
  phone(async (open) => {
    let { context, page } = await open();
    await installed(page);
    await page.goto(`${url}/m/elder/talk`);
    await page.getByRole("button", { name: "按一下，开始说" }).click();
    await page.waitForTimeout(3200);
    await page.getByRole("button", { name: /说完按这里/ }).click();
    await page.getByRole("button", { name: "再听一遍" }).waitFor();
    await context.close();

    ({ context, page } = await open());
    await page.goto(`${url}/m/elder/talk`);
    await page.getByRole("button", { name: "再听一遍" }).click();
    assert.ok(await page.evaluate(() => document.querySelector("audio").src.startsWith("blob:")));
    await pickPlace(page);
    await page.getByRole("button", { name: "发出去" }).click();
    await page.locator(".number").first().waitFor({ timeout: 20_000 });
    const [number, receipt] = await page.locator(".number").allInnerTexts();
    const progress = await page.request.post(`${url}/api/receipts`, { data: { number, receipt } });
    assert.equal(progress.status(), 200);
    await context.close();

    const desk = await person(browser);
    await signedIn(desk.context, desk.page, logins.desk);
    const { items } = await (await desk.page.request.get(`${url}/api/matters?q=${encodeURIComponent("语音留言")}&most=200`)).json();
    const sent = items.find((m) => m.number === number);
    const whole = await (await desk.page.request.get(`${url}/api/matters/${sent.id}`)).json();
    assert.deepEqual(whole.files.map((f) => f.kind), ["audio/webm"]);
    assert.match(JSON.stringify(whole.forms), /请听原声/);
    await desk.context.close();
  }));

test("a whole report by keyboard alone", () =>
  phone(async (open) => {
    const { context, page } = await open();
    const words = fresh();
    await page.goto(`${url}/m/`);
    const reach = async (name) => {
      for (let i = 0; i < 40; i++) {
        await page.keyboard.press("Tab");
        const at = await page.evaluate(() => document.activeElement?.getAttribute("aria-label") || document.activeElement?.textContent?.trim() || document.activeElement?.getAttribute("name") || "");
        if (name.test(at)) return;
      }
      assert.fail(`${name} cannot be reached by Tab`);
    };
    await page.locator("main").waitFor();
    await reach(/有事反映/);
    await page.keyboard.press("Enter");
    await page.locator('textarea[name="words"]').waitFor();
    await reach(/^words$/);
    await page.keyboard.type(words);
    await reach(/选地方/);
    await page.keyboard.press("Enter");
    await page.locator("dialog li button").first().waitFor();
    await page.locator("dialog li button").first().focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /^就选/ }).waitFor();
    await reach(/^就选/);
    await page.keyboard.press("Enter");
    await reach(/^提交$/);
    await page.keyboard.press("Enter");
    await page.locator(".number").first().waitFor({ timeout: 20_000 });
    assert.equal((await found(words)).length, 1);
    await context.close();
  }));

test("hostile text stays text, kept and sent", () =>
  phone(async (open) => {
    const { context, page } = await open();
    const words = `<img src=x onerror="document.title='bad'"><script>document.title='bad'</script>${fresh()}`;
    await page.goto(`${url}/m/report`);
    await page.locator('textarea[name="words"]').fill(words);
    await pickPlace(page);
    await page.locator('button[type="submit"]').click();
    await page.locator(".number").first().waitFor({ timeout: 20_000 });
    await page.goto(`${url}/m/mine`);
    await page.getByText(words).first().waitFor();
    assert.equal(await page.locator('img[src="x"]').count(), 0);
    assert.notEqual(await page.title(), "bad");
    await context.close();
  }));

test("every page of the phone says everything in English", async () => {
  const { context, page, faults } = await person(browser, { lang: "en", width: 390, height: 844 });
  for (const path of ["/", "/report", "/mine", "/receipt", "/village", "/me", "/sign-in", "/say", "/outbox", "/nowhere", "/elder", "/elder/talk", "/elder/listen", "/elder/mine"]) {
    await page.goto(`${url}/m${path}`);
    await settle(page);
    const left = await page.evaluate(() => document.body.innerText.split("\n").filter((s) => /[\u3400-\u9fff]/.test(s)));
    assert.deepEqual(left.filter((s) => s !== "中文"), [], path);
  }
  assert.deepEqual(faults, []);
  await context.close();
});

test("a leader writes a visit down in five taps without a network, and it arrives once", { skip: withoutLog }, async () => {
  const { context, page } = await person(browser, { width: 390, height: 844 });
  await byPhone(context, phones.group);
  await installed(page);
  await page.goto(`${url}/m/today`);
  await page.getByRole("heading", { name: "记一笔" }).waitFor();
  await page.goto(`${url}/m/entry/visit`);
  await page.locator(".set").nth(1).locator("button").first().waitFor();
  await page.goto(`${url}/m/today`);
  await page.getByRole("link", { name: "走访" }).first().waitFor();
  const services = async () => (await (await page.request.get(`${url}/api/matters?flow=three_leaders.service&most=200`)).json()).items.length;
  const before = await services();
  await context.setOffline(true);
  let taps = 0;
  const tap = async (what) => {
    taps += 1;
    await what.click();
  };
  await tap(page.getByRole("link", { name: "走访" }).first());
  await tap(page.locator(".set").nth(1).locator("button").first());
  await tap(page.getByRole("button", { name: "记下" }));
  await page.getByText("1 条待发").first().waitFor();
  assert.ok(taps <= 5);
  await context.setOffline(false);
  await page.waitForFunction(() => document.querySelector(".net")?.textContent.trim() === "", undefined, { timeout: 30_000 });
  await page.reload();
  await settle(page);
  assert.equal(await services(), before + 1);
  await context.close();
});

test("a leader takes a matter and passes it on from the phone; what is done offline is done once", { skip: withoutLog }, async () => {
  const { context, page } = await person(browser, { width: 390, height: 844 });
  await byPhone(context, phones.group);
  const id = await task(page);
  await installed(page);
  await page.goto(`${url}/m/tasks/${id}/words`);
  await page.locator("textarea").waitFor();
  const words = fresh();
  await context.setOffline(true);
  await page.locator("textarea").fill(words);
  await page.locator('button[type="submit"]').click();
  await page.getByText("等着发出").waitFor();
  await context.setOffline(false);
  await page.waitForFunction(() => !document.body.textContent.includes("等着发出"), undefined, { timeout: 30_000 });
  const story = await (await page.request.get(`${url}/api/matters/${id}/timeline`)).json();
  assert.equal(story.filter((e) => JSON.stringify(e.words).includes(words)).length, 1);
  await context.close();
});

test("a leader names the department that should have it: picked from a list that works without a network", { skip: withoutLog }, async () => {
  const { context, page } = await person(browser, { width: 390, height: 844 });
  await byPhone(context, phones.group);
  const id = await task(page);
  const whole = async () => (await page.request.get(`${url}/api/matters/${id}`)).json();
  const move = async (name) => page.request.post(`${url}/api/matters/${id}/moves`, { headers: { "Idempotency-Key": crypto.randomUUID(), origin: url }, data: { move: name, form: {} } });
  if ((await whole()).step === "sort") assert.equal((await move("area")).status(), 200);
  assert.equal((await whole()).step, "handle");
  await installed(page);
  await page.goto(`${url}/m/tasks/${id}/return`);
  const units = page.locator(".units .list button");
  await units.first().waitFor();
  const heights = await units.evaluateAll((all) => all.map((e) => e.getBoundingClientRect().height));
  assert.ok(heights.length > 3 && heights.every((h) => h >= 48), String(heights));
  await context.setOffline(true);
  await page.reload();
  await units.first().waitFor();
  await page.locator(".units input[type=search]").fill("水利");
  await units.filter({ hasText: "水利" }).first().click();
  await page.locator(".set .chips button").first().click();
  await page.locator("textarea").fill("不归组里管，要水利部门来看");
  await page.locator('button[type="submit"]').click();
  await page.getByText("等着发出").waitFor();
  await context.setOffline(false);
  await page.waitForFunction(() => !document.body.textContent.includes("等着发出"), undefined, { timeout: 30_000 });
  assert.equal((await whole()).forms.clause.better, "water");
  await context.close();
});

test("a telephone that two people share: what one wrote is not shown to the other, and goes when he is back", { skip: withoutLog }, async () => {
  const { context, page } = await person(browser, { width: 390, height: 844 });
  const words = fresh();
  await byPhone(context, phones.group);
  const id = await task(page);
  await installed(page);
  await page.goto(`${url}/m/tasks/${id}/words`);
  await page.locator("textarea").waitFor();
  await context.setOffline(true);
  await page.locator("textarea").fill(words);
  await page.locator('button[type="submit"]').click();
  await page.getByText("等着发出").waitFor();
  await page.goto(`${url}/m/outbox`);
  await page.locator(".one h3").waitFor();

  await context.clearCookies();
  await context.setOffline(false);
  await byPhone(context, phones.resident);
  await page.goto(`${url}/m/outbox`);
  await page.getByText("要写的人登录了才发").waitFor();
  assert.equal(await page.locator(".one h3").count(), 0);

  await context.clearCookies();
  await byPhone(context, phones.group);
  await page.goto(`${url}/m/outbox`);
  await page.getByText("都发出去了").waitFor({ timeout: 30_000 });
  const story = await (await page.request.get(`${url}/api/matters/${id}/timeline`)).json();
  assert.equal(story.filter((e) => JSON.stringify(e.words).includes(words)).length, 1);
  await context.close();
});

test("she says that it is solved and how pleased she is: two questions, asked on her phone, and the group's leader told her before", { skip: withoutLog }, async () => {
  const she = await person(browser, { width: 390, height: 844 });
  await byPhone(she.context, phones.resident);
  const { region } = await (await she.page.request.get(`${url}/api/me`)).json();
  const words = fresh();
  const form = { words, place: { region }, sender: "named" };
  const made = await she.page.request.post(`${url}/api/matters`, { data: { flow: "direct_line.report", category: "other", form } });
  const { id } = await made.json();

  const village = await person(browser);
  await signedIn(village.context, village.page, logins.village);
  const leader = await person(browser);
  await byPhone(leader.context, phones.group);
  const move = async (who, name, given = {}) => assert.equal((await who.page.request.post(`${url}/api/matters/${id}/moves`, { data: { move: name, form: given } })).status(), 200, name);
  await move(village, "area");
  await move(village, "done", { answer: "换了一节护栏，焊牢了。" });
  await move(leader, "told");

  await she.page.goto(`${url}/m/matters/${id}`);
  await she.page.getByRole("link", { name: "办好了" }).click();
  await she.page.getByRole("radio", { name: "满意", exact: true }).click();
  await she.page.locator('button[type="submit"]').click();
  await she.page.getByText("您说：解决了").waitFor({ timeout: 30_000 });
  const whole = await (await she.page.request.get(`${url}/api/matters/${id}`)).json();
  assert.deepEqual([whole.open, whole.solved, whole.pleased], [false, "solved", 4]);
  assert.deepEqual(she.faults, []);
  for (const one of [she, village, leader]) await one.context.close();
});
