// One matter from the first word to the last, each person before a screen of his own: she reports by telephone, the group's leader cannot
// settle it, village and township consult, it is done, she says no, it goes up, is solved, she rates. The county watches on the big screen.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, logins, person, phones, settle, signIn, url } from "./browser.mjs";
import { byPhone, withoutLog } from "./phones.mjs";

let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

const people = [];
async function at(size, enter) {
  const one = await person(browser, size);
  one.page.setDefaultTimeout(15_000);
  people.push(one);
  await enter(one);
  return one.page;
}
const phone = (number) => at({ width: 390, height: 844 }, ({ context }) => byPhone(context, number));
const desk = (login) => at({}, ({ page }) => signIn(page, login));
const get = async (page, path) => (await page.request.get(`${url}${path}`)).json();

/** One move on the telephone: the button with its name, what the form asks for, sent. */
async function tapped(page, id, move, fill = async () => {}) {
  await page.goto(`${url}/m/tasks/${id}`);
  const { name } = (await get(page, `/api/matters/${id}`)).moves.find((m) => m.id === move);
  await page.getByRole("link", { name: name.zh, exact: true }).click();
  await page.locator("form").waitFor();
  await fill(page);
  const step = (await get(page, `/api/matters/${id}`)).step_since;
  await page.locator('form button[type="submit"]').click();
  await moved(page, id, step);
}
async function moved(page, id, since) {
  for (let i = 0; i < 100; i++) {
    const m = await get(page, `/api/matters/${id}`);
    if (m.step_since !== since || !m.open) return;
    await page.waitForTimeout(150);
  }
  assert.fail("the move did not arrive");
}

/** The form of a move on the desk, sent without waiting for the five seconds. */
async function sent(page) {
  await page.locator('.act button[type="submit"]').click();
  await now(page);
}
async function now(page) {
  await page.locator(".toast").getByRole("button", { name: "马上发出" }).click();
  await page.locator(".toast", { hasText: "已发出" }).waitFor();
}
async function shown(page, id) {
  await page.goto(`${url}/console/matters/${id}?tab=all`);
  await page.locator("article.matter").waitFor();
  await settle(page);
}

test("from her first word to her rating, through five people's hands, and the county sees it", { skip: withoutLog }, async () => {
  const screen = await desk(logins.leader);
  await screen.goto(`${url}/console/screen`);
  await settle(screen);
  const words = `屋檐水滴到隔壁院里，两家吵了几天 ${Date.now()}`;

  const she = await phone(phones.resident);
  await she.goto(`${url}/m/report`);
  await she.locator('textarea[name="words"]').fill(words);
  await she.locator('button[type="submit"]').click();
  await screen.locator(".e li", { hasText: words.slice(0, 8) }).first().waitFor();
  const id = (await get(she, `/api/matters?q=${encodeURIComponent(words)}`)).items[0]?.id ?? (await get(she, "/api/matters")).items[0].id;
  const whole = await get(she, `/api/matters/${id}`);
  assert.ok(JSON.stringify(whole.forms).includes(words));

  // The group's leader calls the two houses together; they do not agree.
  const group = await phone(phones.group);
  await tapped(group, id, "neighbours");
  await tapped(group, id, "not_agreed");
  const area = await phone(phones.area);
  await tapped(area, id, "up", async (page) => page.locator("textarea").first().fill("两家不松口，请村里定"));

  // The village asks the township's justice office; its secretary decides.
  const village = await desk(logins.village);
  await shown(village, id);
  await village.keyboard.press("h");
  await village.locator(".act .seats .n-base-selection").last().click();
  await village.keyboard.type("司法局");
  await village.locator(".n-base-select-option", { hasText: "司法局" }).first().click();
  await village.locator(".act .about").click();
  await sent(village);
  const { child } = await get(village, `/api/matters/${id}`);
  const justice = await desk(logins.justice);
  await shown(justice, child);
  await justice.keyboard.press("d");
  await justice.locator('[data-field="opinion"] .n-radio-button', { hasText: "我方主办" }).click();
  await justice.locator('[data-field="words"] textarea').fill("司法所上门调解");
  await sent(justice);
  const secretary = await desk(logins.secretary);
  await shown(secretary, child);
  await secretary.locator('[data-act="move-decide"]').click();
  await now(secretary);
  await secretary.locator('[data-act="move-decided"]').click();
  await secretary.locator('[data-field="decision"] textarea').fill("由司法所调解，一周内装好檐沟");
  await secretary.locator('[data-field="unit"] .n-base-selection').click();
  await secretary.keyboard.type("司法局");
  await secretary.locator(".n-base-select-option", { hasText: "司法局" }).first().click();
  await sent(secretary);

  // Done, says the office; told, says the leader; not so, says she.
  await shown(justice, id);
  await justice.keyboard.press("d");
  await justice.locator('[data-field="answer"] textarea').fill("已上门调解，双方同意装檐沟");
  await sent(justice);
  await tapped(group, id, "told");
  await she.goto(`${url}/m/matters/${id}`);
  await she.getByText("已上门调解，双方同意装檐沟").first().waitFor();
  await she.locator(`a[href$="/matters/${id}/refuse"]`).click();
  await she.locator("form").waitFor();
  await she.locator('form button[type="submit"]').click();
  await she.waitForURL(new RegExp(`/matters/${id}$`));
  let up;
  for (let i = 0; i < 60 && up?.step !== "handle"; i++, await she.waitForTimeout(200)) up = await get(she, `/api/matters/${id}`);
  assert.equal(up.step, "handle", "what she refuses goes on");
  const held = await get(village, `/api/matters/${id}`);
  assert.equal(held.holder.role, "area_leader", "and one rung up from the leader who told her");
  assert.ok(held.open && held.solved === "unsolved");

  // The area's leader sees to it himself; now it is solved, and she rates it.
  await tapped(area, id, "done", async (page) => page.locator("textarea").first().fill("檐沟今天装好了，两家都看过"));
  await tapped(group, id, "told");
  await she.goto(`${url}/m/matters/${id}`);
  await she.locator(`a[href$="/matters/${id}/accept"]`).click();
  await she.locator("form").waitFor();
  await she.locator("form .star").nth(4).click();
  await she.locator('form button[type="submit"]').click();
  await she.waitForURL(new RegExp(`/matters/${id}$`));
  let end;
  for (let i = 0; i < 60 && end?.open !== false; i++, await she.waitForTimeout(200)) end = await get(she, `/api/matters/${id}`);
  assert.deepEqual([end.open, end.ended_as, end.solved, end.pleased], [false, "done", "solved", 5]);

  // Who watches sees it go; who did it has it no more; the journal of the matter has them all.
  await screen.locator(".e li", { hasText: words.slice(0, 8) }).first().waitFor();
  const story = await get(village, `/api/matters/${id}/timeline`);
  for (const kind of ["opened", "moved", "closed"]) assert.ok(story.some((e) => e.kind.endsWith(kind)), kind);
  for (const { context, faults } of people) {
    assert.deepEqual(faults, []);
    await context.close();
  }
});
