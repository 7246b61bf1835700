// The longest list of the desk: milliseconds until its first rows stand, and blank places while it is scrolled.

import { logins, person, signedIn, url } from "../../tests/browser.mjs";
import { spread } from "./figures.mjs";

export async function inbox(browser, say) {
  const { context, page } = await person(browser, {});
  await signedIn(context, page, logins.desk);
  await page.goto(`${url}/console/?tab=late`);
  await page.locator('.tabs [role="tab"]').first().waitFor();
  await page.waitForTimeout(2000);
  const tab = page.locator('.tabs [role="tab"]').filter({ hasText: /^全部/ });
  const first = [];
  for (let i = 0; i < 20; i++) {
    await page.locator('.tabs [role="tab"]').filter({ hasText: /^超时|^逾期|^已超/ }).first().click();
    await page.waitForTimeout(600);
    first.push(await tab.evaluate(async (button) => {
      // The rows that stand are another list's: new ones are those put in after the press.
      for (const row of document.querySelectorAll(".queue .pick")) row.dataset.old = "1";
      const begin = performance.now();
      button.click();
      await new Promise((done) => {
        const look = () => (button.classList.contains("on") && document.querySelector(".queue .pick:not([data-old])") ? done() : requestAnimationFrame(look));
        look();
      });
      return performance.now() - begin;
    }));
  }
  say("first rows", { list: await page.locator(".tabs .on").innerText(), wanted: 300, ms: spread(first) });
  const scrolled = await page.evaluate(async () => {
    const list = document.querySelector(".lines");
    const [deltas, blank] = [[], { looked: 0, n: 0 }];
    let before = performance.now();
    for (let i = 0; i < 600; i++) {
      list.scrollTop += 120;
      const now = await new Promise(requestAnimationFrame);
      deltas.push(now - before);
      before = now;
      const box = list.getBoundingClientRect();
      for (const y of [box.top + 20, box.top + box.height / 2, box.bottom - 20]) {
        blank.looked += 1;
        const end = list.scrollTop + list.clientHeight >= list.scrollHeight - 60;
        if (!end && !document.elementFromPoint(box.left + 60, y)?.closest(".pick, .group")) blank.n += 1;
      }
    }
    return { deltas, blank, rows: Math.round((list.scrollTop + list.clientHeight) / 57) };
  });
  say("scrolling", { looked: scrolled.blank.looked, blank: scrolled.blank.n, rows: scrolled.rows, frame_ms: spread(scrolled.deltas) });
  await context.close();
}
