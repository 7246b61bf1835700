// A picture of every page, in both languages and both widths, into ../target/shots: to be looked at.

import { mkdirSync } from "node:fs";
import { launch, logins, person, settle, signIn, url } from "./tests/browser.mjs";

const out = new URL("../target/shots/", import.meta.url).pathname;
mkdirSync(out, { recursive: true });
const only = process.argv[2] ?? "";

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const LOOKS = [
  { lang: "zh", theme: "light" },
  { lang: "en", theme: "light" },
  { lang: "zh", theme: "dark" },
];

const row = (page) => page.locator(".queue .pick").first();
const visit = (path) => async (page) => void (await page.goto(`${url}${path}`));

/** name, who looks, and how one comes there */
const PAGES = [
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
    await page.locator(".side .link.small").click();
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
  ["keys", logins.leader, async (page) => {
    await page.goto(`${url}/console/`);
    await settle(page);
    await page.keyboard.press("?");
  }],
  ["nowhere", logins.leader, visit("/console/no-such-page")],
  ["matter-none", logins.village, visit("/console/matters/00000000-0000-7000-8000-000000000000")],
  ["receipt", null, visit("/m/")],
];

const browser = await launch();
const states = new Map();
let bad = 0;
for (const size of SIZES) {
  for (const look of LOOKS.filter((l) => l.theme === "light" || size.width > 1000)) {
    for (const [name, login, go] of PAGES.filter(([name]) => name.includes(only))) {
      const { context, page, faults } = await person(browser, { ...size, ...look });
      if (login) {
        // One session a person: signing in anew for every picture would be shut out.
        if (states.has(login)) await context.addCookies(states.get(login));
        else {
          await signIn(page, login);
          states.set(login, await context.cookies());
        }
      }
      const file = `${name}-${look.lang}-${look.theme}-${size.width}.png`;
      try {
        await go(page);
        await settle(page);
      } catch (error) {
        faults.push(String(error).split("\n")[0]);
      }
      await page.screenshot({ path: out + file });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      if (wide) faults.push("wider than the window");
      for (const fault of faults) console.log(`${file}: ${fault}`);
      bad += faults.length;
      await context.close();
    }
  }
}
await browser.close();
console.log(`${out}: ${bad === 0 ? "no page complained" : `${bad} complaints`}`);
