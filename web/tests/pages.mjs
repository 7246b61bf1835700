// Every page of both faces: who looks at it, and how one comes there. What is looked at (../shots.mjs) and what is measured on every
// page (every_page.test.mjs) is this one list.

import { logins, settle, url } from "./browser.mjs";
import { PHONE_PAGES } from "./phone_pages.mjs";

const row = (page) => page.locator(".queue .pick").first();
const visit = (path) => async (page) => void (await page.goto(`${url}${path}`));

/** name, who looks, and how one comes there */
export const PAGES = [
  ["sign-in", null, visit("/console/sign-in")],
  ["desk-leader", logins.leader, visit("/console/")],
  ["desk-empty", logins.township, visit("/console/")],
  ["desk-township", logins.township, visit("/console/?tab=all")],
  ["desk-county", logins.desk, visit("/console/?tab=all")],
  ["desk-ended", logins.township, visit("/console/?tab=ended")],
  ["desk-search", logins.desk, visit("/console/?tab=all&q=%E8%87%AA%E6%9D%A5%E6%B0%B4")],
  ["matter", logins.leader, async (page) => {
    await page.goto(`${url}/console/?tab=late`);
    await row(page).click();
  }],
  ["act", logins.township, async (page) => {
    await page.goto(`${url}/console/?tab=all`);
    await row(page).click();
    await page.locator(".acts .button").first().click();
  }],
  ["unmask", logins.township, async (page) => {
    await page.goto(`${url}/console/?tab=all`);
    await row(page).click();
    // The first one whose sender left a name: which it is, the hour decides.
    for (let i = 0; i < 30; i++) {
      await settle(page);
      const masked = page.locator(".side .link.small");
      if ((await masked.count()) > 0) return masked.first().click();
      await page.keyboard.press("j");
    }
    throw new Error("no matter with a masked sender");
  }],
  ["holder", logins.village, visit("/console/?tab=mine")],
  ["done", logins.village, async (page) => {
    await page.goto(`${url}/console/?tab=mine`);
    await row(page).click();
    // The first one that this seat can finish; where there is none, its desk.
    for (let i = 0; i < 10; i++) {
      await settle(page);
      if ((await page.locator(".acts kbd", { hasText: /^D$/ }).count()) > 0) return page.keyboard.press("d");
      await page.keyboard.press("j");
    }
  }],
  ["register", logins.desk, visit("/console/register")],
  ["register-none", logins.leader, visit("/console/register")],
  ["screen", logins.leader, visit("/console/screen")],
  ["map", logins.leader, visit("/console/map")],
  ["map-matters", logins.township, visit("/console/map?tab=matters")],
  ["map-matter", logins.leader, async (page) => {
    await page.goto(`${url}/console/map?tab=matters`);
    await settle(page);
    await page.locator(".list li button").first().click();
  }],
  ["figures", logins.leader, visit("/console/figures")],
  ["figures-rows", logins.leader, async (page) => {
    await page.goto(`${url}/console/figures`);
    await settle(page);
    await page.locator(".parts .button").first().click();
  }],
  ["figures-year", logins.township, visit("/console/figures?window=year")],
  ["keys", logins.leader, async (page) => {
    await page.goto(`${url}/console/`);
    await settle(page);
    await page.keyboard.press("?");
  }],
  ["nowhere", logins.leader, visit("/console/no-such-page")],
  ["matter-none", logins.village, visit("/console/matters/00000000-0000-7000-8000-000000000000")],
  ["consultation", logins.desk, async (page) => {
    await page.goto(`${url}/console/?flow=three_leaders.consultation&tab=all`);
    await row(page).click();
    await settle(page);
    await page.locator(".side .link").first().click();
    await settle(page);
    await page.getByRole("tab").last().click();
  }],
  ["registry", logins.village, visit("/console/registry")],
  ["registry-cards", logins.village, visit("/console/registry?view=cards")],
  ["registry-empty", logins.township, visit("/console/registry?kind=village_works.lamp")],
  ["registry-none", logins.it, visit("/console/registry")],
  ["thing", logins.village, async (page) => {
    await page.goto(`${url}/console/registry`);
    await settle(page);
    const thing = page.locator(".body .strong a, .cards a").first();
    if ((await thing.count()) > 0) await thing.click();
  }],
  ["thing-new", logins.village, async (page) => {
    await page.goto(`${url}/console/registry`);
    await settle(page);
    await page.locator(".do .primary").click();
  }],
  ["people", logins.it, visit("/console/people")],
  ["people-month", logins.township, visit("/console/people?view=month")],
  ["people-month-rows", logins.township, async (page) => {
    await page.goto(`${url}/console/people?view=month`);
    await page.locator(".month .number").first().click();
  }],
  ["people-month-none", logins.it, visit("/console/people?view=month")],
  ["people-township", logins.township, visit("/console/people")],
  ["hand-over-list", logins.it, async (page) => {
    await page.goto(`${url}/console/people`);
    await page.locator(".view li", { hasText: /县受理员|County's desk|County desk/ }).locator(".small-button").click();
    await page.locator(".n-dropdown-option").nth(3).click();
    await page.locator(".act .muted").first().waitFor();
  }],
  ["hand-over", logins.it, async (page) => {
    await page.goto(`${url}/console/people`);
    await page.locator(".view li .small-button").first().click();
    await page.locator(".n-dropdown-option").first().click();
  }],
  ["packs", logins.it, visit("/console/setup/packs?pack=direct_line")],
  ["calendar", logins.it, async (page) => {
    await page.goto(`${url}/console/setup/calendar`);
    await settle(page);
    await page.locator("section header .button").click();
  }],
  ["roles", logins.leader, visit("/console/setup/roles")],
  ["words", logins.it, async (page) => {
    await page.goto(`${url}/console/setup/words`);
    await settle(page);
    // One line that may be sent and one that has lost its blank.
    await page.locator("textarea").first().fill("本县的说法");
    await page.locator('input[name="find-word"]').fill("time.");
    await page.locator('textarea[name="zh time.days"]').fill("好多天");
  }],
  ["words-none", logins.leader, visit("/console/setup/words")],
  ["accounts", logins.it, visit("/console/setup/accounts")],
  ["accounts-none", logins.leader, visit("/console/setup/accounts")],
  ["api-keys", logins.it, visit("/console/setup/keys")],
  ["api-keys-none", logins.leader, visit("/console/setup/keys")],
  ["journal", logins.it, visit("/console/setup/journal")],
  ["invitation", null, visit("/console/invitation#none")],
  ["registry-import", logins.village, visit("/console/registry/import")],
  ...PHONE_PAGES,
];
