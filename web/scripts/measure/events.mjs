// Milliseconds from the answer to a write until it stands on other people's open pages; beside them, streams that are only listened to, so
// that there are two hundred in all.

import { logins, person, signedIn, url } from "../../tests/browser.mjs";
import { spread } from "./figures.mjs";

const PAGES = 10;
const STREAMS = 190;
const WRITES = 40;

export async function events(browser, say) {
  const writer = await person(browser, {});
  await signedIn(writer.context, writer.page, logins.village);
  const cookies = await writer.context.cookies();
  const watching = [];
  for (let i = 0; i < PAGES; i++) {
    const one = await person(browser, {});
    await one.context.addCookies(cookies);
    await one.page.goto(`${url}/console/?tab=mine`);
    await one.page.locator(".queue .pick").first().click();
    await one.page.waitForSelector("article.matter");
    watching.push(one);
  }
  const id = /matters\/([0-9a-f-]+)/.exec(watching[0].page.url())[1];
  for (const { page } of watching) {
    if (!page.url().includes(id)) await page.goto(`${url}/console/matters/${id}?tab=mine`);
    await page.waitForSelector("article.matter");
    await page.evaluate(() => {
      window.seen = {};
      new MutationObserver(() => {
        for (const [, mark] of (document.querySelector("article.matter")?.textContent ?? "").matchAll(/(mark-\d+-\d+)/g)) window.seen[mark] ??= Date.now();
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
  }
  const cookie = cookies.map((c) => `${c.name}=${c.value}`).join("; ");
  const heard = new Map();
  let open = 0;
  const listen = async () => {
    const answer = await fetch(`${url}/api/events`, { headers: { cookie } });
    if (!answer.ok) throw new Error(`a stream was answered ${answer.status}`);
    open += 1;
    for await (const piece of answer.body) if (piece.length > 20) for (const mark of heard.keys()) heard.get(mark).push(Date.now());
  };
  for (let i = 0; i < STREAMS; i++) void listen().catch(() => (open -= 1));
  await new Promise((done) => setTimeout(done, 3000));
  const run = Date.now() % 100_000;
  const [pages, streams] = [[], []];
  for (let i = 0; i < WRITES; i++) {
    const mark = `mark-${run}-${i}`;
    heard.clear();
    heard.set(mark, []);
    const answer = await fetch(`${url}/api/matters/${id}/words`, {
      method: "POST", headers: { cookie, "content-type": "application/json", "idempotency-key": crypto.randomUUID(), origin: url }, body: JSON.stringify({ words: `演示 ${mark}`, files: [] }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    const written = Date.now();
    await new Promise((done) => setTimeout(done, 1500));
    for (const { page } of watching) pages.push(((await page.evaluate((m) => window.seen[m], mark)) ?? Infinity) - written);
    streams.push(...heard.get(mark).slice(0, STREAMS).map((at) => at - written));
  }
  say("event to screen", { pages: PAGES, streams: open, writes: WRITES, wanted_p99: 300, ms: spread(pages.map((ms) => Math.max(0, ms))), stream_ms: spread(streams.map((ms) => Math.max(0, ms))) });
  for (const one of [...watching, writer]) await one.context.close();
}
