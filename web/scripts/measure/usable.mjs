// Milliseconds from the call of the address until lists and controls of a page can be used: nothing in the browser's cache, the processor
// slowed down four times. A page can be used when its controls stand, nothing on it waits, and what it asked the server for has come.

import { person, signedIn } from "../../tests/browser.mjs";
import { PAGES } from "../../tests/pages.mjs";
import { slowed } from "./figures.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const QUIET = 500;

/** A page that comes to its first address and is not pressed. */
class Enough extends Error {}
function firstOf(page, calls) {
  let gone = false;
  return new Proxy(page, {
    get(real, name) {
      if (gone) throw new Enough();
      if (name !== "goto") return typeof real[name] === "function" ? real[name].bind(real) : real[name];
      return async (address) => {
        gone = true;
        calls.address = address;
        await slowed(real.context(), real);
        await real.goto(address, { waitUntil: "commit" });
      };
    },
  });
}

const watch = () => {
  let under = 0;
  const ask = window.fetch;
  window.fetch = async (...given) => {
    const address = String(given[0]?.url ?? given[0]);
    if (!address.includes("/api/") || address.includes("/api/events")) return ask(...given);
    under += 1;
    try {
      return await ask(...given);
    } finally {
      under -= 1;
    }
  };
  const look = () => {
    const app = document.querySelector("#app");
    const waits = document.querySelector(".skeleton, .waits, [aria-busy=true]");
    const control = document.querySelector("main button, main a, main input, form button, #app button, #app a");
    if (app?.childElementCount && control && !waits && under === 0) window.usableAt ??= performance.now();
    else window.usableAt = undefined;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
};

async function once(browser, login, go) {
  const { context, page } = await person(browser, {});
  try {
    if (login) await signedIn(context, page, login);
    await page.addInitScript(watch);
    const calls = {};
    await go(firstOf(page, calls)).catch((error) => {
      if (!(error instanceof Enough)) throw error;
    });
    await page.waitForFunction((quiet) => window.usableAt !== undefined && performance.now() - window.usableAt > quiet, QUIET, { timeout: 20_000, polling: 50 });
    return { ms: await page.evaluate(() => window.usableAt), address: calls.address };
  } finally {
    await context.close();
  }
}

export async function usable(browser, say) {
  const seen = new Set();
  const slow = [];
  const all = [];
  for (const [name, login, go] of PAGES) {
    const found = [];
    try {
      for (let i = 0; i < ROUNDS; i++) {
        const one = await once(browser, login, go);
        const key = `${JSON.stringify(login)} ${one.address}`;
        if (i === 0 && seen.has(key)) break;
        seen.add(key);
        found.push(one.ms);
      }
    } catch (error) {
      say("usable", { page: name, error: String(error).split("\n")[0] });
      slow.push(name);
      continue;
    }
    if (found.length === 0) continue;
    const ms = Math.round(found.sort((a, b) => a - b)[Math.floor((found.length - 1) / 2)]);
    say("usable", { page: name, ms });
    all.push(ms);
    if (ms >= 1500) slow.push(name);
  }
  all.sort((a, b) => a - b);
  say("usable, all pages", { pages: all.length, median: all[Math.floor(all.length / 2)], most: all.at(-1), over_1500: slow });
}
