// Every clock, sum, rate and length that a page shows, recomputed here from the rows that the server gives.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { as as one, launch, logins, settle, url } from "./browser.mjs";

const [MINUTE, DAY] = [60_000, 86_400_000];
let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

const as = (login, look, act) => one(browser, login, look, act);

const get = async (page, path) => {
  const answer = await page.request.get(`${url}${path}`);
  assert.ok(answer.ok(), `${path}: ${answer.status()}`);
  return answer.json();
};
const show = async (page, path) => {
  await page.goto(`${url}/console${path}`);
  await settle(page);
};
/** Every row of a list, page by page. */
async function all(page, query) {
  const found = [];
  for (let cursor = ""; cursor !== null; ) {
    const got = await get(page, `/api/matters?${query}&most=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    found.push(...got.items);
    cursor = got.next ?? null;
  }
  return found;
}

const shanghai = (at) => new Date(at + 8 * 3_600_000).toISOString();
const dayOf = (at) => shanghai(at).slice(0, 10);
const midnight = (at) => Date.parse(`${dayOf(at)}T00:00:00+08:00`);
/** 2 小时 14 分, 3 天 4 小时: the two greatest units, cut off and never rounded up. */
function long(span) {
  const minutes = Math.max(1, Math.floor(span / MINUTE));
  const parts = [[Math.floor(minutes / 1440), " 天"], [Math.floor(minutes / 60) % 24, " 小时"], [minutes % 60, minutes < 60 ? " 分钟" : " 分"]];
  const first = parts.findIndex(([n]) => n > 0);
  return parts.slice(first, first + 2).filter(([n]) => n > 0).map(([n, unit]) => n + unit).join(" ");
}
/** What holds at any minute between two moments, the page's clock being one of them. */
const sometime = (from, to, tell) => Array.from({ length: Math.ceil((to - from) / MINUTE) + 3 }, (_, i) => tell(from + (i - 1) * MINUTE));
const percent = (style) => Number.parseFloat(style);
const near = (shown, right, what, by = 0.6) => assert.ok(Math.abs(shown - right) <= by, `${what}: ${shown}, not ${right}`);

test("the numbers on the desk's tabs are their rows, and who is past a deadline is among those that were", () =>
  as(logins.desk, {}, async (page) => {
    await show(page, "/?tab=all");
    const [mine, late, open] = await Promise.all(["mine=true&open=true", "open=true&late=true", "open=true"].map((query) => all(page, query)));
    const tabs = await page.locator('.tabs [role="tab"]').allInnerTexts();
    const count = (rows) => (rows.length > 1000 ? "1000+" : String(rows.length));
    for (const [i, rows] of [mine, late, open].entries()) assert.equal(tabs[i].split(" ").at(-1), count(rows), tabs[i]);
    const passed = open.filter((row) => Date.parse(row.due) < Date.now() - MINUTE && !row.paused).map((row) => row.id);
    assert.deepEqual(passed.filter((id) => !late.some((row) => row.id === id)), []);
    const now = (await all(page, "open=true&late=now")).map((row) => row.id);
    assert.deepEqual(passed.filter((id) => !now.includes(id)), []);
    assert.ok(late.length > 0 && late.length < open.length);
  }));

test("the time left in every row of the desk is that of its deadline, in working days where it is days", () =>
  as(logins.desk, {}, async (page) => {
    const days = await get(page, `/api/calendar/days?from=${dayOf(Date.now())}&to=${dayOf(Date.now() + 60 * DAY)}`);
    const worked = new Set(days.filter((day) => day.working).map((day) => day.date));
    const left = (due, now) => {
      if (due <= now) return `超时 ${long(now - due)}`;
      if (due <= midnight(now) + DAY) return `今天 ${shanghai(due).slice(11, 16) === "00:00" ? "24:00" : shanghai(due).slice(11, 16)}`;
      // A deadline at midnight ends the day before; one on a day off is the next working day's.
      let last = dayOf(due - 1);
      while (!worked.has(last)) last = dayOf(Date.parse(`${last}T12:00:00+08:00`) + DAY);
      const n = [...worked].filter((day) => day > dayOf(now) && day <= last).length;
      return n <= 12 ? `${n} 个工作日` : null;
    };
    const kinds = new Set();
    for (const tab of ["all", "late"]) {
      const before = Date.now();
      await show(page, `/?tab=${tab}`);
      const rows = await all(page, `open=true${tab === "late" ? "&late=true" : ""}`);
      const shown = await page.locator(".queue .pick").evaluateAll((picks) => picks.map((e) => [e.querySelector(".t").textContent, e.querySelector(".chip").textContent.trim()]));
      assert.ok(shown.length > 5);
      for (const [title, chip] of shown) {
        const [row, other] = rows.filter((r) => r.title === title);
        assert.ok(row, title);
        if (other) continue;
        const right = row.paused ? ["暂停计时"] : sometime(before, Date.now(), (now) => left(Date.parse(row.due), now));
        const told = chip.replace(" (暂定)", "");
        if (!right.includes(null)) assert.ok(right.includes(told), `${title}: ${told}, not ${right[1]}`);
        kinds.add(right[1]?.replace(/[\d:]+/g, "n"));
      }
    }
    assert.ok(kinds.size >= 2, [...kinds].join());
  }));

test("the ribbon of a matter is drawn to one scale from what happened, and its days off are the calendar's", () =>
  as(logins.desk, {}, async (page) => {
    const open = await all(page, "open=true&flow=direct_line.report");
    const late = await all(page, "open=true&late=true&flow=direct_line.report");
    const ended = (await all(page, "open=false&flow=direct_line.report")).filter((row) => row.ended_as === "done");
    const some = [...open.slice(0, 3), ...late.slice(0, 2), ...ended.slice(0, 2)];
    assert.ok(some.length >= 5);
    for (const { id } of some) {
      const before = Date.now();
      await show(page, `/matters/${id}`);
      const [m, timeline] = await Promise.all([get(page, `/api/matters/${id}`), get(page, `/api/matters/${id}/timeline`)]);
      const drawn = await page.locator("figure.ribbon").first().evaluate((figure) => {
        const spans = (css) => [...figure.querySelectorAll(css)].map((e) => ({ left: parseFloat(e.style.left), width: parseFloat(e.style.width) }));
        return { waited: figure.querySelector("figcaption span:last-child").textContent, off: spans(".off"), ticks: spans(".tick"), bars: spans(".lane .bar"), track: spans(".track")[0], segments: spans(".segment"), end: parseFloat(figure.querySelector(".mark.end").style.left) };
      });
      const [from, due] = [Date.parse(m.received_at), Date.parse(m.clock_due)];
      // The scale, from the two moments that are marked: received at 0, due at the end mark.
      const at = (x) => from + ((due - from) * x) / drawn.end;
      const slack = Math.max(2 * MINUTE, ((due - from) / drawn.end) * 0.02);
      const reached = m.closed_at ? [Date.parse(m.closed_at)] : [before, Date.now()];
      const last = drawn.bars.at(-1);
      const upTo = at(last.left + last.width);
      assert.ok(upTo >= reached[0] - slack && upTo <= reached.at(-1) + slack, `${id}: the clock stands at ${new Date(upTo).toISOString()}`);
      near(drawn.track.width, drawn.end, `${id} track`, 0.01);
      // Who had it: one segment follows the other, and each begins when something happened.
      const happened = timeline.map((h) => Date.parse(h.at));
      let x = drawn.segments[0].left;
      for (const segment of drawn.segments) {
        near(segment.left, x, `${id} segment`, 0.02);
        x = segment.left + segment.width;
        assert.ok(happened.some((h) => Math.abs(Math.max(from, h) - at(segment.left)) <= slack), `${id}: nothing happened at ${new Date(at(segment.left)).toISOString()}`);
      }
      near(x, last.left + last.width, `${id} hands end where the clock stands`, 0.02);
      for (const tick of drawn.ticks) {
        const moment = at(tick.left);
        near(moment, Math.round((moment + 8 * 3_600_000) / DAY) * DAY - 8 * 3_600_000, `${id} a tick is a midnight`, slack);
      }
      const days = await get(page, `/api/calendar/days?from=${dayOf(from)}&to=${dayOf(at(100))}`);
      const free = days.filter((day) => !day.working).map((day) => day.date);
      assert.deepEqual(drawn.off.map((o) => dayOf(at(o.left + o.width / 2))), free.filter((day) => Date.parse(`${day}T00:00:00+08:00`) < at(100)), `${id}: days off`);
      const waits = sometime(reached[0], reached.at(-1), (now) => (m.closed_at ? `一共 ${long(now - from)}` : now > due ? `已等 ${long(now - from)}，超了 ${long(now - due)}` : `已等 ${long(now - from)}，还有 ${long(due - now)}`));
      assert.ok(m.closed_at ? drawn.waited === waits[1] : waits.includes(drawn.waited), `${id}: ${drawn.waited}, not ${waits[1]}`);
    }
  }));

test("a rate is its hits of its cases, and places add up to the county", () =>
  as(logins.leader, {}, async (page) => {
    const declared = await get(page, "/api/indicators");
    let shares = 0;
    for (const { indicator } of declared) {
      const { figure } = await get(page, `/api/figures/${indicator}`);
      if (figure.why || figure.kind !== "share") continue;
      shares += 1;
      await show(page, `/figures?of=${indicator}`);
      const parts = await page.locator(".parts .button").allInnerTexts();
      const [cases, hits, misses] = parts.map((text) => Number(/\d+/.exec(text)[0]));
      assert.equal(hits + misses, cases, indicator);
      const rate = (Math.round((hits / cases) * 1000) / 10).toFixed(1).replace(/\.0$/, "");
      assert.equal(figure.shown.replace(/\.0(?= )/, ""), `${rate} %`, indicator);
      assert.ok((await page.locator("body").innerText()).replaceAll("\u2009", " ").includes(figure.shown), indicator);
      const { rows } = await get(page, `/api/figures/${indicator}/by/township`);
      assert.equal(rows.reduce((sum, row) => sum + row.figure.cases, 0), cases, `${indicator}: cases of the townships`);
      assert.equal(rows.reduce((sum, row) => sum + row.figure.hits, 0), hits, `${indicator}: hits of the townships`);
    }
    assert.ok(shares >= 4, `${shares} rates`);
  }));

test("a ranking's dots stand on the scale that is written over them, in the order of what is certain", () =>
  as(logins.leader, {}, async (page) => {
    const id = "direct_line.on_time";
    await show(page, `/figures?of=${id}`);
    await page.locator(".ranks ol button").first().waitFor();
    const [, low, high] = /横线 (\d+) % 到 (\d+) %/.exec((await page.locator(".ranks .say").first().innerText()).replaceAll("\u2009", " "));
    const dots = await page.locator(".ranks ol button").evaluateAll((lines) => lines.map((e) => ({ x: parseFloat(e.querySelector(".dot").style.left), low: parseFloat(e.querySelector(".span").style.left), name: e.querySelector(".name").textContent })));
    const { rows } = await get(page, `/api/figures/${id}/by/township`);
    assert.ok(dots.length > 1);
    for (const { x, name } of dots) {
      const { figure } = rows.find((row) => row.name.zh === name);
      near(x, ((figure.hits / figure.cases) * 100 - low) / ((high - low) / 100), name);
    }
    for (let i = 1; i < dots.length; i++) assert.ok(dots[i].low <= dots[i - 1].low, "the lower end of the interval, highest first");
  }));

test("on the screen a bar's height is its day's count from zero, a village's area what is open there", () =>
  as(logins.leader, { width: 1920, height: 1080 }, async (page) => {
    await page.goto(`${url}/console/screen`);
    await page.locator(".bars button").first().waitFor();
    await page.waitForFunction(() => document.querySelector("svg .dot"));
    const bars = await page.locator(".bars button").evaluateAll((all) => all.map((e) => ({ n: Number(/(\d+)[^\d]*$/.exec(e.title)[1]), height: parseFloat(e.querySelector("i").style.height) })));
    const most = Math.max(...bars.map((b) => b.n));
    assert.ok(most > 0);
    for (const bar of bars) near(bar.height, (bar.n / most) * 100, `a day of ${bar.n}`, 0.01);
    const open = await all(page, "open=true");
    const dots = await page.locator("svg .dot").evaluateAll((all) => all.map((e) => ({ r: Number(e.getAttribute("r")), told: e.textContent })));
    const sum = dots.reduce((n, d) => n + (d.r > 1.2 ? Math.round(((d.r - 2.4) / 2) ** 2) : 0), 0);
    const inVillages = open.filter((row) => row.region.slice(9) !== "0".repeat(row.region.length - 9)).length;
    near(sum, inVillages, "open matters of all villages", 0);
  }));
