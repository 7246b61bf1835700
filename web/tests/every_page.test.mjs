// What holds for every page there is, in light and dark: no serious finding of axe-core, every text 4.5:1, every outline 3:1, nothing wider
// than its window, no complaint in the console; on the phone no control under 48 px, in 长辈版 under 60.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, person, settle, signedIn } from "./browser.mjs";
import { axe, contrast, small } from "./measure.mjs";
import { PAGES } from "./pages.mjs";

// SHUXIANG_MEASURED says where the same pages have been measured already: on which database they stand is not to be seen.
const only = process.env.SHUXIANG_PAGE ?? "";
const LOOKS = [
  { theme: "light", width: 1440, height: 900 },
  { theme: "dark", width: 1440, height: 900 },
  { theme: "light", width: 390, height: 844, lang: "en" },
];

let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

/** What one look at a page finds. */
async function measured(look, login, go) {
  const { context, page, faults } = await person(browser, look);
  if (login) await signedIn(context, page, login);
  await go(page);
  await settle(page);
  const phone = new URL(page.url()).pathname.startsWith("/m/");
  const elder = phone && (await page.evaluate(() => document.documentElement.hasAttribute("data-elder")));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  const least = phone ? await small(page, elder ? 60 : 48) : [];
  const here = [...faults, ...(wide ? ["wider than the window"] : []), ...(await axe(page)), ...(await contrast(page)), ...least];
  await context.close();
  return here.map((f) => `${look.theme} ${look.width}: ${f}`);
}

for (const [name, login, go] of PAGES.filter(([name]) => name.includes(only))) {
  test(`page ${name}`, { skip: process.env.SHUXIANG_MEASURED }, async () => {
    const found = (await Promise.all(LOOKS.map((look) => measured(look, login, go)))).flat();
    assert.deepEqual(found, []);
  });
}
