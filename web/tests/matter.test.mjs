// A matter in the browser, as the people who do it: paused, ended, merged, consulted on, with photos, on paper.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, logins, person, settle, signIn, url } from "./browser.mjs";

let browser;
const open = new Map();
before(async () => (browser = await launch()));
after(async () => browser.close());

/** One page a person for the whole file: signing in for every step would be shut out. */
async function as(who) {
  if (!open.has(who)) {
    const { page, faults } = await person(browser);
    page.setDefaultTimeout(10_000);
    await signIn(page, logins[who]);
    open.set(who, { page, faults });
  }
  return open.get(who).page;
}
const clean = () => {
  for (const [who, { faults }] of open) assert.deepEqual(faults.splice(0), [], who);
};

const key = () => Math.random().toString(16).slice(2).padEnd(32, "0");
async function send(page, path, data) {
  const answer = await page.request.post(`${url}${path}`, { data, headers: { "Idempotency-Key": key(), Origin: url } });
  assert.ok(answer.ok(), `${path}: ${await answer.text()}`);
  return answer.json();
}
const matter = async (page, id) => (await page.request.get(`${url}/api/matters/${id}`)).json();

/** A report that the village's duty holds. */
async function report(words) {
  const page = await as("village");
  const { seats } = await (await page.request.get(`${url}/api/me`)).json();
  return send(page, "/api/matters", {
    flow: "direct_line.report",
    form: { words: `${words} ${Date.now()}`, place: { region: seats[0].region }, sender: "named" },
    door: "phone",
    for_another: { by: "phone", agreed: true },
    resident: { phone: "13900139001" },
    category: "roads",
  });
}

async function show(page, id) {
  await page.goto(`${url}/console/matters/${id}?tab=all`);
  await page.locator("article.matter").waitFor();
  await settle(page);
}
async function more(page, name) {
  await page.locator('[data-act="more"]').first().click();
  await page.locator(".n-dropdown-option", { hasText: name }).click();
  await page.locator(".act form").waitFor();
}
/** The form of an action is sent, and the five seconds are not waited for. */
async function submit(page) {
  await page.locator('.act button[type="submit"]').click();
  await page.locator(".toast").getByRole("button", { name: "马上发出" }).click();
  await page.locator(".toast", { hasText: "已发出" }).waitFor();
}
const radio = (page, field, name) => page.locator(`[data-field="${field}"] .n-radio-button`, { hasText: name }).click();

test("the page says who is told, or what comes, if nothing is done in time: as the server counts it, in both languages", async () => {
  const { id } = await report("路面塌了一块");
  const village = await as("village");
  const { next, due } = await matter(village, id);
  assert.equal(next.what, "supervised");
  assert.equal(next.seat.role, "township_duty", "the next rung above the village's duty");
  const line = village.locator("dt", { hasText: /^到期以后$|^If time runs out$/ }).locator("xpath=following-sibling::dd[1]");
  await show(village, id);
  const said = await line.innerText();
  assert.ok(said.includes(next.seat.title.zh) && said.includes("督办"), said);
  const clock = new Date(Date.parse(due) + 8 * 3_600_000).toISOString().slice(11, 16);
  assert.ok(said.includes(clock === "00:00" ? "24:00" : clock), `${said}: ${due}`);
  const english = await village.context().newPage();
  await english.addInitScript(() => localStorage.setItem("shuxiang.lang", "en"));
  await english.goto(`${url}/console/matters/${id}?tab=all`);
  await english.locator("dt", { hasText: "If time runs out" }).waitFor();
  assert.ok((await english.locator("dd", { hasText: "supervises it" }).innerText()).includes(next.seat.title.en));
  await english.close();
  // What waits for her word ends by itself.
  const township = await as("township");
  const [waits] = (await (await township.request.get(`${url}/api/matters?flow=direct_line.report&step=confirm&open=true&most=1`)).json()).items;
  assert.equal((await matter(township, waits.id)).next.what, "closed");
  await show(township, waits.id);
  await township.locator("dd", { hasText: "自动结束" }).waitFor();
  clean();
});

test("a pause is asked for with its reason, approved by another seat, and the page that waits sees it", async () => {
  const { id } = await report("塘坝漏水");
  const village = await as("village");
  await show(village, id);
  await more(village, "申请暂停");
  await village.locator(".act .note", { hasText: "乡镇值班" }).waitFor();
  await radio(village, "reason", "等材料");
  await submit(village);
  await village.locator(".chips", { hasText: "申请暂停" }).waitFor();

  const township = await as("township");
  await show(township, id);
  await township.keyboard.press("d");
  await submit(township);
  await village.locator(".chips", { hasText: "暂停计时" }).waitFor();
  assert.ok((await matter(village, id)).paused_at);
  // The clock goes on again by its holder.
  await village.locator('[data-act="more"]').click();
  await village.locator(".n-dropdown-option", { hasText: "恢复计时" }).click();
  await village.locator(".toast").getByRole("button", { name: "马上发出" }).click();
  await village.locator("article.matter ol li", { hasText: "恢复计时" }).first().waitFor();
  assert.equal((await matter(village, id)).paused_at, null);
  clean();
});

test("an end has a coded reason and an approver; she objects, and it is open again", async () => {
  const { id } = await report("说不清什么事");
  const village = await as("village");
  await show(village, id);
  await more(village, "不予受理");
  await village.locator(".act .note", { hasText: "提异议" }).waitFor();
  await radio(village, "reason", "没有具体事实");
  await submit(village);
  const township = await as("township");
  await show(township, id);
  await township.keyboard.press("d");
  await submit(township);
  await township.locator(".chips", { hasText: "不予受理" }).waitFor();
  await township.locator("article.matter ol li", { hasText: "没有具体事实" }).first().waitFor();
  assert.equal((await matter(township, id)).ended_as, "not_accepted");

  await show(village, id);
  await village.locator('[data-act="object"]').click();
  await village.locator('[data-field="words"] textarea').fill("她说就是村口那座桥");
  await submit(village);
  assert.equal((await matter(village, id)).open, true);
  clean();
});

test("a duplicate is found by its words and merged; what belongs together is linked", async () => {
  const first = await report("桥面塌了一块");
  const second = await report("桥面又塌了一块");
  const village = await as("village");
  const number = (await matter(village, first.id)).number;
  for (const [name, then] of [["关联另一件", "link"], ["并入另一件", "merge"]]) {
    await show(village, second.id);
    await more(village, name);
    await village.locator('[data-field="matter"] input').fill("桥面塌了");
    await village.locator(".n-base-select-option", { hasText: number }).first().click();
    await submit(village);
    if (then === "link") await village.locator(".side", { hasText: "关联" }).waitFor();
  }
  const township = await as("township");
  await show(township, second.id);
  await township.keyboard.press("d");
  await submit(township);
  assert.equal((await matter(township, second.id)).merged_into, first.id);
  await show(township, second.id);
  await township.locator(".side .card", { hasText: "有关的事" }).getByText("桥面塌了一块").first().waitFor();
  clean();
});

test("a consultation: parties are picked, each answers in its own clock, the lead decides, one answer goes back", async () => {
  const { id } = await report("水渠垮了一段，水利和交通都说不归他管");
  const village = await as("village");
  await send(village, `/api/matters/${id}/moves`, { move: "area", form: {} });
  await show(village, id);
  await village.keyboard.press("h");
  await village.locator(".act .seats .n-base-selection").last().click();
  await village.locator(".n-base-select-option", { hasText: "水利局" }).first().click();
  await village.locator(".act .about").click();
  await submit(village);
  const child = (await matter(village, id)).child;
  assert.ok(child, "a consultation was opened");
  await village.getByRole("tab", { name: /会商/ }).last().click();
  await village.locator(".consult li", { hasText: "水利局" }).waitFor();
  await village.locator(".consult", { hasText: "已回 0，共请 1" }).waitFor();

  const water = await as("water");
  await show(water, child);
  await water.keyboard.press("d");
  await radio(water, "opinion", "我方主办");
  await water.locator('[data-field="words"] textarea').fill("水渠归我们，三天内派人");
  await submit(water);
  await village.locator(".consult", { hasText: "已回 1，共请 1" }).waitFor();
  await village.locator(".consult .said", { hasText: "水渠归我们" }).waitFor();

  const lead = await as("secretary");
  await show(lead, child);
  await lead.locator('[data-act="move-decide"]').click();
  await lead.locator(".toast").getByRole("button", { name: "马上发出" }).click();
  await lead.locator('[data-act="move-decided"]').click();
  await lead.locator('[data-field="decision"] textarea').fill("由水利站主办，一周内修好");
  await lead.locator('[data-field="unit"] .n-base-selection').click();
  await lead.locator(".n-base-select-option", { hasText: "水利局" }).first().click();
  await submit(lead);
  await village.locator(".consult dd", { hasText: "由水利站主办" }).waitFor();
  assert.equal((await matter(village, id)).child, null);
  clean();
});

test("a photo goes up with words, is seen large, and the keys go along", async () => {
  const { id } = await report("路灯杆歪了");
  const village = await as("village");
  await show(village, id);
  await village.keyboard.press("r");
  await village.locator('[data-field="words"] textarea').fill("现场拍了两张");
  const picture = async (hue) => Buffer.from(await village.evaluate(async (h) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
    const pen = canvas.getContext("2d");
    pen.fillStyle = `hsl(${h} 50% 50%)`;
    pen.fillRect(0, 0, 64, 48);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    return [...new Uint8Array(await blob.arrayBuffer())];
  }, hue));
  const files = [{ name: "a.png", mimeType: "image/png", buffer: await picture(20) }, { name: "b.png", mimeType: "image/png", buffer: await picture(200) }];
  await village.locator('.act input[type="file"]').setInputFiles(files);
  await village.locator(".act .media img").nth(1).waitFor();
  await submit(village);
  await village.locator(".photos button").first().click();
  await village.getByText("第 1 张，共 2 张").first().waitFor();
  const large = () => village.locator(".gallery img").getAttribute("src");
  const was = await large();
  await village.keyboard.press("ArrowRight");
  await village.getByText("第 2 张，共 2 张").first().waitFor();
  assert.notEqual(await large(), was);
  await village.keyboard.press("Escape");
  await village.locator(".gallery").waitFor({ state: "hidden" });
  clean();
});

test("on paper: the sheet names its printer, the ribbon is there, the frame is not", async () => {
  const { id } = await report("要打印的一件");
  const village = await as("village");
  await show(village, id);
  await village.emulateMedia({ media: "print" });
  assert.equal(await village.locator(".sheet").isVisible(), true);
  assert.equal(await village.locator(".ribbon").isVisible(), true);
  for (const gone of ["nav", ".acts", ".queue", "footer"]) assert.equal(await village.locator(gone).first().isVisible(), false, gone);
  const paper = await village.pdf({ preferCSSPageSize: true });
  assert.ok(paper.length > 10_000);
  await village.emulateMedia({ media: null });
});
