// Days without a network, on a leader's telephone and on a resident's: everything that was written is kept through every kill, goes once and in
// order when the network is back, says when it was done; and what can no longer be done is told in words, with all that was written.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, logins, person, phones, settle, signedIn, url } from "./browser.mjs";
import { byPhone, withoutLog } from "./phones.mjs";
import { installed, phone, photo } from "./pocket.mjs";

const DAY = 86_400_000;
const fresh = (what) => `${what}${Date.now() % 1e8}${Math.floor(Math.random() * 1000)}`;
const skip = withoutLog;

let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

const get = async (page, path) => (await page.request.get(`${url}${path}`)).json();
const post = async (page, path, data) => page.request.post(`${url}${path}`, { headers: { "Idempotency-Key": crypto.randomUUID(), origin: url }, data });
const sent = (page) => page.waitForFunction(() => document.querySelector(".net")?.textContent.trim() === "", undefined, { timeout: 60_000 });
/** The whole of each matter that somebody opened since, oldest first. */
async function since(page, begun) {
  const { items } = await get(page, `/api/matters?received_from=${new Date(begun).toISOString()}&most=200`);
  const whole = await Promise.all(items.map(async (m) => ({ ...(await get(page, `/api/matters/${m.id}`)), story: await get(page, `/api/matters/${m.id}/timeline`) })));
  return whole.sort((a, b) => a.number.localeCompare(b.number));
}

/** A telephone that is opened on some day of its own, with or without a network. */
function opener(open, who) {
  return async ({ ago = 0, offline = true, path }) => {
    const { context, page } = await open();
    await byPhone(context, who);
    await context.clock.setSystemTime(new Date(Date.now() - ago * DAY));
    await context.setOffline(offline);
    await page.goto(`${url}/m${path}`);
    return { context, page };
  };
}

/** One line in the leader's book: the kind, what for, where, and down it goes. */
async function entry(page, name, { kind, words, photos = [], most = 5 }) {
  await page.goto(`${url}/m/today`);
  let taps = 0;
  const tap = async (what) => {
    taps += 1;
    await what.click();
  };
  await tap(page.getByRole("link", { name, exact: true }).first());
  await page.locator(".set").nth(1).locator("button").first().waitFor();
  if (kind) await tap(page.locator(".set").first().getByRole("radio", { name: kind }));
  await tap(page.locator(".set").nth(1).locator("button").first());
  if (words) await page.locator("textarea").fill(words);
  if (photos.length > 0) {
    await page.locator('input[type="file"]').setInputFiles(photos);
    await page.locator(".strip .one").nth(photos.length - 1).waitFor();
  }
  await tap(page.getByRole("button", { name: "记下" }));
  await page.getByRole("heading", { name: "记一笔" }).waitFor();
  assert.ok(taps <= most, `${taps} taps`);
}

test("four days of a group's leader without a network: every entry once, in order, with its day and its photos", { skip }, () =>
  phone(async (open) => {
    const on = opener(open, phones.group);
    const [dispute, hazard, service] = [fresh("两家争晒场"), fresh("路基塌了半边"), fresh("帮老人交了电费")];
    let { context, page } = await on({ offline: false, path: "/" });
    await installed(page);
    await page.goto(`${url}/m/entry/visit`);
    await page.locator(".set").nth(1).locator("button").first().waitFor();
    await page.goto(`${url}/m/today`);
    await page.getByRole("link", { name: "走访" }).first().waitFor();
    const photos = [await photo(page, 1), await photo(page, 2), await photo(page, 3)];
    const begun = Date.now() - 1000;
    await context.close();

    ({ context, page } = await on({ ago: 3, path: "/today" }));
    await entry(page, "走访", {});
    // Half of a service, and the app is killed in the middle of it.
    await page.goto(`${url}/m/entry/service`);
    await page.locator("textarea").fill(service);
    await page.locator('input[type="file"]').setInputFiles(photos.slice(0, 1));
    await page.locator(".strip .one").first().waitFor();
    await page.waitForTimeout(500);
    await context.close();

    ({ context, page } = await on({ ago: 2, path: "/entry/service" }));
    await page.locator(".strip .one").first().waitFor();
    assert.equal(await page.locator("textarea").inputValue(), service);
    await page.locator(".set").first().locator("button").first().click();
    await page.locator(".set").nth(1).locator("button").first().click();
    await page.getByRole("button", { name: "记下" }).click();
    await page.getByText("2 条待发").first().waitFor();
    // Given away, it stands on its page no more.
    await page.goto(`${url}/m/entry/service`);
    await page.locator("textarea").waitFor();
    assert.equal(await page.locator("textarea").inputValue(), "");
    await entry(page, "矛盾", { words: dispute });
    await context.close();

    ({ context, page } = await on({ ago: 1, path: "/today" }));
    await entry(page, "隐患", { kind: "道路", words: hazard, photos });
    await page.getByText("4 条待发").first().waitFor();
    await context.close();

    // The network is back in the middle of the day; the page that had it first is killed at once, and opened again.
    ({ context, page } = await on({ offline: false, path: "/today" }));
    await page.waitForTimeout(150);
    await context.close();
    ({ context, page } = await on({ offline: false, path: "/today" }));
    await sent(page);
    const all = (await since(page, begun)).filter((m) => ["three_leaders.service", "direct_line.report"].includes(m.flow));
    const said = (m) => JSON.stringify(m.forms);
    const own = all.filter((m) => [dispute, hazard, service].some((w) => said(m).includes(w)) || m.flow === "three_leaders.service");
    assert.equal(own.length, 4, own.map((m) => `${m.number} ${m.title}`).join("; "));
    assert.ok(said(own[1]).includes(service) && said(own[2]).includes(dispute) && said(own[3]).includes(hazard), "in the order they were written down");
    assert.deepEqual(own.map((m) => m.files.length), [0, 1, 0, 3]);
    for (const [i, days] of [3, 2, 2, 1].entries()) {
      const at = Date.parse(own[i].story[0].facts.done_at);
      assert.ok(Math.abs(Date.now() - days * DAY - at) < 5 * 60_000, `${own[i].number}: ${own[i].story[0].facts.done_at}`);
    }
    const size = await page.evaluate(async (id) => {
      const picture = await createImageBitmap(await (await fetch(`/api/files/${id}`)).blob());
      return [picture.width, picture.height];
    }, own[3].files[0].id);
    assert.deepEqual(size, [1600, 1200]);
    // Said beside it where the matter is read.
    await page.goto(`${url}/m/tasks/${own[3].id}`);
    await page.getByText(/昨天.*做的，有网后送到|日.*做的，有网后送到/).first().waitFor();
    await context.close();
  }));

/** A matter of the group, reported by nobody, in the leader's hands. */
async function given(page, words) {
  const me = await get(page, "/api/me");
  const stranger = await browser.newContext();
  const made = await stranger.request.post(`${url}/api/matters`, { data: { flow: "direct_line.report", category: "dispute", form: { words, place: { region: me.seats[0].region }, sender: "anonymous" } } });
  assert.ok(made.ok(), await made.text());
  const { id } = await made.json();
  await stranger.close();
  return id;
}

test("what can no longer be done is told with what to do, nothing of it is lost, and what stands behind it goes", { skip }, () =>
  phone(async (open) => {
    const on = opener(open, phones.group);
    let { context, page } = await on({ offline: false, path: "/" });
    const [gone, stays] = [await given(page, fresh("院墙裂了")), await given(page, fresh("沟渠堵了"))];
    await installed(page);
    for (const path of [`/tasks/${gone}`, `/tasks/${stays}`, `/tasks/${stays}/words`, "/entry/visit", "/today"]) {
      await page.goto(`${url}/m${path}`);
      await settle(page);
    }
    const moves = (await get(page, `/api/matters/${gone}`)).moves.map((m) => m.id);
    assert.ok(moves.includes("area"), String(moves));
    await context.close();

    const answer = fresh("已经劝好了");
    const word = fresh("下午又去看了一次");
    ({ context, page } = await on({ ago: 2, path: `/tasks/${gone}/area` }));
    await page.locator('button[type="submit"]').click();
    await page.getByText("等着发出").first().waitFor();
    await page.goto(`${url}/m/tasks/${gone}/words`);
    await page.locator("textarea").fill(answer);
    // Killed before it is given: the words are there when the page is opened again.
    await page.waitForTimeout(400);
    await context.close();
    ({ context, page } = await on({ ago: 1, path: `/tasks/${gone}/words` }));
    await page.waitForFunction((text) => document.querySelector("textarea")?.value === text, answer);
    await page.locator('button[type="submit"]').click();
    await page.getByText("等着发出").nth(1).waitFor();
    await page.goto(`${url}/m/tasks/${stays}/words`);
    await page.locator("textarea").fill(word);
    await page.locator('button[type="submit"]').click();
    await page.getByText("等着发出").first().waitFor();
    // A place that there is not, as after villages were joined: one that the server refuses.
    await page.goto(`${url}/m/entry/visit?at=4309039999999999999`);
    const note = fresh("看望独居老人");
    await page.locator("textarea").fill(note);
    await page.getByRole("button", { name: "记下" }).click();
    await page.getByText("4 条待发").first().waitFor();
    await context.close();

    // Meanwhile the same was done from another telephone: the matter is a step further.
    const other = await person(browser, { width: 390, height: 844 });
    await byPhone(other.context, phones.group);
    const moved = await post(other.page, `/api/matters/${gone}/moves`, { move: "area", form: {} });
    assert.equal(moved.status(), 200, await moved.text());
    await other.context.close();

    ({ context, page } = await on({ offline: false, path: "/outbox" }));
    const card = (text) => page.locator("article.one", { hasText: text });
    await page.getByText("没发成").first().waitFor({ timeout: 30_000 });
    await page.waitForFunction(() => document.querySelectorAll("article.one .chip.soon").length === 0, undefined, { timeout: 30_000 });
    const texts = await page.locator("article.one").allInnerTexts();
    const shown = texts.join("\n---\n");
    const story = await get(page, `/api/matters/${stays}/timeline`);
    assert.equal(story.filter((e) => JSON.stringify(e.words).includes(word)).length, 1, "what stands behind it went");
    assert.ok(Math.abs(Date.parse(story.find((e) => JSON.stringify(e.words).includes(word)).facts.done_at) - (Date.now() - DAY)) < 5 * 60_000);

    // The move: the matter went on. It says so and leads there.
    assert.match(shown, /这件事在您没有网的时候往前走了/, shown);
    // The entry: refused for its place; all that was written is there, and it can be changed.
    await card(note).waitFor();
    assert.match(await card(note).innerText(), /您的岗位现在不能在那里记这样的事/);
    await card(note).getByRole("button", { name: "改一改再发" }).click();
    await page.waitForURL(/\/m\/entry\/visit/);
    await page.waitForFunction((text) => document.querySelector("textarea")?.value === text, note);
    await page.locator(".set").nth(1).locator("button").first().click();
    await page.getByRole("button", { name: "记下" }).click();
    await page.getByRole("heading", { name: "记一笔" }).waitFor();
    await page.waitForFunction((text) => fetch(`/api/matters?q=${encodeURIComponent(text)}`).then((r) => r.json()).then(({ items }) => items.length === 1), note, { timeout: 30_000, polling: 1000 });

    // Thrown away only when it is said twice.
    await page.goto(`${url}/m/outbox`);
    const first = page.locator("article.one").first();
    await first.waitFor();
    // What has just arrived leaves the list a moment later.
    await page.waitForFunction(() => document.querySelectorAll("article.one .chip.soon").length === 0);
    const n = await page.locator("article.one").count();
    await first.getByRole("button", { name: "不发了" }).click();
    await page.waitForTimeout(300);
    assert.equal(await page.locator("article.one").count(), n);
    await first.getByRole("button", { name: /再按一次/ }).click();
    await page.waitForFunction((n) => document.querySelectorAll("article.one").length === n - 1, n);
    await context.close();
  }));

test("a session that ran out while there was no network: she signs in, and what she wrote goes", { skip }, () =>
  phone(async (open) => {
    let { context, page } = await open();
    await byPhone(context, phones.area);
    await installed(page);
    await page.goto(`${url}/m/entry/visit`);
    await page.locator(".set").nth(1).locator("button").first().waitFor();
    await page.goto(`${url}/m/today`);
    await page.getByRole("link", { name: "走访" }).first().waitFor();
    const begun = Date.now() - 1000;
    await context.setOffline(true);
    const note = fresh("片里走访");
    await entry(page, "走访", { words: note });
    await page.getByText("1 条待发").first().waitFor();
    // Its cookie is gone: as after weeks, or signed out from another place.
    const cookies = await context.cookies();
    await context.clearCookies();
    await context.setOffline(false);
    await page.goto(`${url}/m/outbox`);
    await page.getByText(/要写的人登录了才发|要登录/).first().waitFor();
    await context.addCookies(cookies);
    await page.goto(`${url}/m/outbox`);
    await page.getByText("都发出去了").waitFor({ timeout: 30_000 });
    const all = await since(page, begun);
    assert.equal(all.filter((m) => JSON.stringify(m.forms).includes(note)).length, 1);
    await context.close();
  }));

/** A report of hers that a leader says is done: she is asked. */
async function asked(she, words) {
  const { region } = await get(she, "/api/me");
  const made = await post(she, "/api/matters", { flow: "direct_line.report", category: "other", form: { words, place: { region }, sender: "named" } });
  const { id } = await made.json();
  const village = await person(browser);
  await signedIn(village.context, village.page, logins.village);
  const leader = await person(browser);
  await byPhone(leader.context, phones.group);
  for (const [who, move, form] of [[village, "area", {}], [village, "done", { answer: "修好了，看过了。" }], [leader, "told", {}]]) {
    const done = await post(who.page, `/api/matters/${id}/moves`, { move, form });
    assert.equal(done.status(), 200, `${move}: ${await done.text()}`);
  }
  await village.context.close();
  await leader.context.close();
  return id;
}

/** A report of hers that the township has agreed not to accept: she may object. */
async function ended(she, words) {
  const { region } = await get(she, "/api/me");
  const made = await post(she, "/api/matters", { flow: "direct_line.report", category: "other", form: { words, place: { region }, sender: "named" } });
  const { id } = await made.json();
  for (const [login, path, body] of [[logins.village, "end", { end: "not_accepted", reason: "", note: "不属于镇村管" }], [logins.township, "decisions", { yes: true, note: "同意" }]]) {
    const who = await person(browser);
    await signedIn(who.context, who.page, login);
    if (body.end) body.reason = Object.keys((await get(who.page, "/api/flows")).find((f) => f.flow === "direct_line.report").declared.ends.not_accepted.reasons.entries)[0];
    const done = await post(who.page, `/api/matters/${id}/${path}`, body);
    assert.equal(done.status(), 200, `${path}: ${await done.text()}`);
    await who.context.close();
  }
  return id;
}

test("a resident without a network says no to one answer and yes to another, objects and complains; each arrives once", { skip }, () =>
  phone(async (open) => {
    const on = opener(open, phones.resident);
    let { context, page } = await on({ offline: false, path: "/" });
    const [no, yes, over] = [await asked(page, fresh("水管又漏了")), await asked(page, fresh("路灯不亮")), await ended(page, fresh("门前树太高"))];
    await installed(page);
    for (const path of [`/matters/${no}`, `/matters/${yes}`, `/matters/${over}`, `/matters/${no}/refuse`, "/mine", "/say"]) {
      await page.goto(`${url}/m${path}`);
      await settle(page);
    }
    await context.close();

    const why = fresh("还是漏，没有修");
    ({ context, page } = await on({ ago: 1, path: `/matters/${no}/refuse` }));
    await page.locator("textarea").first().fill(why);
    await page.waitForTimeout(400);
    await context.close();
    ({ context, page } = await on({ ago: 1, path: `/matters/${no}/refuse` }));
    await page.waitForFunction((text) => document.querySelector("textarea")?.value === text, why);
    await page.locator('button[type="submit"]').click();
    await page.getByText("等着发出").first().waitFor();
    // Answered already, though the server does not know yet: she is not asked once more.
    assert.equal(await page.getByRole("link", { name: "办好了" }).count(), 0);
    await page.goto(`${url}/m/matters/${yes}`);
    await page.getByRole("link", { name: "办好了" }).click();
    await page.getByRole("radio", { name: "满意", exact: true }).click();
    await page.locator('button[type="submit"]').click();
    await page.getByText("等着发出").first().waitFor();
    const complaint = fresh("办事的人态度不好");
    await page.goto(`${url}/m/say`);
    await page.locator('textarea[name="words"]').fill(complaint);
    await page.waitForTimeout(400);
    await page.reload();
    await page.waitForFunction((text) => document.querySelector('textarea[name="words"]')?.value === text, complaint);
    await page.locator('button[type="submit"]').click();
    const objection = fresh("树根顶坏了公家的路");
    await page.goto(`${url}/m/matters/${over}`);
    await page.getByRole("button", { name: "对结果有异议" }).click();
    await page.locator("textarea").fill(objection);
    await page.getByRole("button", { name: "发出", exact: true }).click();
    await page.getByText("4 条待发").first().waitFor();
    await page.getByText("等着发出").first().waitFor();
    await context.close();

    ({ context, page } = await on({ offline: false, path: "/outbox" }));
    await page.getByText("都发出去了").waitFor({ timeout: 30_000 });
    const [refused, accepted] = [await get(page, `/api/matters/${no}`), await get(page, `/api/matters/${yes}`)];
    assert.ok(refused.open && !["confirm"].includes(refused.waits), "it is open again");
    assert.deepEqual([accepted.open, accepted.solved, accepted.pleased], [false, "solved", 4]);
    const story = await get(page, `/api/matters/${no}/timeline`);
    const said = story.filter((e) => JSON.stringify(e.words).includes(why));
    assert.equal(said.length, 1);
    assert.ok(Math.abs(Date.parse(said[0].facts.done_at) - (Date.now() - DAY)) < 5 * 60_000, JSON.stringify(said[0].facts));
    const objected = (await get(page, `/api/matters/${over}/timeline`)).filter((e) => JSON.stringify(e.words).includes(objection));
    assert.equal(objected.length, 1);
    const { items } = await get(page, "/api/matters?most=200");
    const complaints = await Promise.all(items.filter((m) => m.title.includes(complaint.slice(0, 6))).map((m) => get(page, `/api/matters/${m.id}`)));
    assert.equal(complaints.filter((m) => JSON.stringify(m.forms).includes(complaint)).length, 1);
    await context.close();
  }));
