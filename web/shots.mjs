// A picture of every page, in both languages and both widths, into ../target/shots: to be looked at.

import { mkdirSync } from "node:fs";
import { launch, person, settle, signedIn } from "./tests/browser.mjs";
import { PAGES } from "./tests/pages.mjs";

const out = new URL("../target/shots/", import.meta.url).pathname;
mkdirSync(out, { recursive: true });
const only = process.argv.slice(2);

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const LOOKS = [
  { lang: "zh", theme: "light" },
  { lang: "en", theme: "light" },
  { lang: "zh", theme: "dark" },
];

const browser = await launch();
let bad = 0;
for (const size of SIZES) {
  for (const look of LOOKS.filter((l) => l.theme === "light" || size.width > 1000)) {
    for (const [name, login, go] of PAGES.filter(([name]) => only.length === 0 || only.some((word) => name.includes(word)))) {
      const { context, page, faults } = await person(browser, { ...size, ...look });
      if (login) await signedIn(context, page, login);
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
