// Figures of the pages in headless Chromium, one JSON object a line; the county is at SHUXIANG_URL, its accounts in SHUXIANG_ACCOUNTS, or one
// session of it in SHUXIANG_SESSION. Names of what to measure may follow: usable, inbox, events.

import { launch, person, signIn, logins, url } from "../tests/browser.mjs";
import { PAGES } from "../tests/pages.mjs";

const asked = process.argv.slice(2);
const token = process.env.SHUXIANG_SESSION;
const say = (figure) => console.log(JSON.stringify(figure));
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
const spread = (all) => {
  const sorted = [...all].sort((a, b) => a - b);
  return { n: sorted.length, median: Math.round(at(sorted, 0.5)), p99: Math.round(at(sorted, 0.99)), most: Math.round(sorted.at(-1)) };
};

async function enter(context, page, login) {
  if (token) await context.addCookies([{ name: "session", value: token, url }]);
  else await signIn(page, login);
}

/** Milliseconds from the call of the address until lists and controls can be used, the processor slowed down four times. */
async function usable(browser) {
  for (const [name, login] of PAGES) {
    const go = PAGES.find(([n]) => n === name)[2];
    const { context, page } = await person(browser, {});
    if (login) await enter(context, page, login);
    const cdp = await context.newCDPSession(page);
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await page.addInitScript(() => {
      const look = () => {
        const app = document.querySelector("#app");
        const waits = document.querySelector(".skeleton, .waits, [aria-busy=true]");
        const control = document.querySelector("main button, main a, main input, form button, .phone button, .phone a");
        if (app?.childElementCount && control && !waits) window.usableAt ??= performance.now();
        else window.usableAt = undefined;
        if (performance.now() < 20_000) requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    try {
      await go(page);
      await page.waitForTimeout(2500);
      say({ name: "usable", page: name, ms: Math.round(await page.evaluate(() => window.usableAt ?? -1)) });
    } catch (error) {
      say({ name: "usable", page: name, error: String(error).split("\n")[0] });
    }
    await context.close();
  }
}

/** First rows of the longest list, and blank places while it is scrolled. */
async function inbox(browser) {
  const { context, page } = await person(browser, {});
  await enter(context, page, logins.desk);
  await page.goto(`${url}/console/`);
  await page.waitForSelector(".tabs");
  const first = [];
  for (let i = 0; i < 20; i++) {
    await page.locator('[role="tab"]').nth(3).click();
    await page.waitForTimeout(400);
    first.push(await page.evaluate(async () => {
      const begin = performance.now();
      document.querySelectorAll('[role="tab"]')[2].click();
      await new Promise((done) => {
        const look = () => (document.querySelector(".tabs .on") === document.querySelectorAll('[role="tab"]')[2] && document.querySelector(".queue .pick") ? done() : requestAnimationFrame(look));
        look();
      });
      return performance.now() - begin;
    }));
  }
  say({ name: "first rows", matters: await page.locator(".tabs .on").innerText(), ms: spread(first) });
  const gaps = await page.evaluate(async () => {
    const list = document.querySelector(".lines");
    let blank = 0;
    let frames = 0;
    for (let i = 0; i < 300; i++) {
      list.scrollTop += 120;
      await new Promise(requestAnimationFrame);
      const box = list.getBoundingClientRect();
      for (const y of [box.top + 20, box.top + box.height / 2, box.bottom - 20]) {
        const hit = document.elementFromPoint(box.left + 60, y);
        frames++;
        if (!hit?.closest(".pick, .group") && list.scrollTop + list.clientHeight < list.scrollHeight - 60) blank++;
      }
    }
    return { looked: frames, blank, rows: Math.round(list.scrollTop / 57) };
  });
  say({ name: "scrolling", ...gaps });
  await context.close();
}

/** From the answer to a write until it stands on other people's open pages; beside them, streams that are only listened to. */
async function events(browser, pages = 10, streams = 190) {
  const writer = await person(browser, {});
  await enter(writer.context, writer.page, logins.village);
  const watching = [];
  for (let i = 0; i < pages; i++) {
    const one = await person(browser, {});
    await one.context.addCookies(await writer.context.cookies());
    await one.page.goto(`${url}/console/?tab=mine`);
    await one.page.waitForSelector("article.matter");
    await one.page.evaluate(() => {
      window.seen = {};
      new MutationObserver(() => {
        for (const [, mark] of (document.querySelector("article.matter")?.textContent ?? "").matchAll(/(mark-\d+)/g)) window.seen[mark] ??= Date.now();
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    watching.push(one);
  }
  const cookie = (await writer.context.cookies()).map((c) => `${c.name}=${c.value}`).join("; ");
  const open = [];
  for (let i = 0; i < streams; i++) open.push(fetch(`${url}/api/events`, { headers: { cookie } }).then(async (r) => { for await (const _ of r.body); }).catch(() => undefined));
  await new Promise((done) => setTimeout(done, 3000));
  const id = /matters\/([0-9a-f-]+)/.exec(watching[0].page.url())[1];
  const took = [];
  for (let i = 0; i < 40; i++) {
    const mark = `mark-${i}`;
    const answer = await fetch(`${url}/api/matters/${id}/words`, {
      method: "POST", headers: { cookie, "content-type": "application/json", "idempotency-key": crypto.randomUUID(), origin: url }, body: JSON.stringify({ words: `演示 ${mark}`, files: [] }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    const written = Date.now();
    await new Promise((done) => setTimeout(done, 1500));
    for (const { page } of watching) took.push((await page.evaluate((m) => window.seen[m], mark)) - written);
  }
  say({ name: "event to screen", pages, streams, ms: spread(took.map((ms) => (Number.isNaN(ms) ? Infinity : ms))) });
  for (const one of [...watching, writer]) await one.context.close();
}

const all = { usable, inbox, events };
const browser = await launch();
for (const [name, measure] of Object.entries(all)) if (asked.length === 0 || asked.includes(name)) await measure(browser);
await browser.close();
process.exit(0);
