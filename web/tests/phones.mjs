// People who sign in by a code on their telephone.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeFor, url } from "./browser.mjs";

/** Why nobody can sign in by telephone; false where they can. */
export const withoutLog = process.env.SHUXIANG_SESSIONS || (process.env.SHUXIANG_ACCOUNTS && process.env.SHUXIANG_SERVER_LOG) ? false : "SHUXIANG_ACCOUNTS and SHUXIANG_SERVER_LOG name no demo";

const kept = (phone) => join(tmpdir(), `shuxiang-${createHash("sha256").update(`${url} ${phone}`).digest("hex").slice(0, 16)}.json`);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** A session for this phone in this context. One code a minute is all a number is given, so sessions are kept between runs. */
export async function byPhone(context, phone) {
  if (existsSync(kept(phone))) {
    await context.addCookies(JSON.parse(readFileSync(kept(phone), "utf8")));
    if ((await context.request.get(`${url}/api/me`)).ok()) return;
    await context.clearCookies();
  }
  const ask = async () => {
    while ((await context.request.post(`${url}/api/session/codes`, { data: { phone } })).status() === 429) await pause(10_000);
  };
  const entered = await context.request.post(`${url}/api/session/by-code`, { data: { phone, code: await codeFor(phone, ask) } });
  if (!entered.ok()) throw new Error(`${phone}: ${await entered.text()}`);
  writeFileSync(kept(phone), JSON.stringify(await context.cookies()));
}

/** The newest of her own matters, whole. */
export async function resident(page) {
  const { items } = await (await page.request.get(`${url}/api/matters`)).json();
  return items[0];
}

/** A matter that waits for the group's leader; one is reported where there is none. */
export async function task(page) {
  const mine = async () => (await (await page.request.get(`${url}/api/matters?mine=true&open=true`)).json()).items;
  const found = await mine();
  if (found[0]) return found[0].id;
  const me = await (await page.request.get(`${url}/api/me`)).json();
  const form = { words: "屋檐滴水滴到隔壁院里，两家为这事争了几天", place: { region: me.seats[0].region }, sender: "anonymous" };
  const other = await page.context().browser().newContext();
  const made = await other.request.post(`${url}/api/matters`, { data: { flow: "direct_line.report", category: "dispute", form } });
  if (!made.ok()) throw new Error(await made.text());
  await other.close();
  return (await mine())[0].id;
}

/** A leader writes down what he did for a household: `visit`, or another service of the pack's list. */
export async function wrote(page, what, words) {
  const me = await (await page.request.get(`${url}/api/me`)).json();
  const data = { flow: "three_leaders.service", door: "page", form: { what, words, place: { region: me.seats[0].region } } };
  const made = await page.request.post(`${url}/api/matters`, { data, headers: { "Idempotency-Key": `wrote-${Date.now()}-${Math.random()}` } });
  if (!made.ok()) throw new Error(await made.text());
  return (await made.json()).id;
}
