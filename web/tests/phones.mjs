// People with a telephone: their codes stand in the demo server's own log, whose file SHUXIANG_LOG names.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { url } from "./browser.mjs";

const LOG = process.env.SHUXIANG_LOG ?? "";

/** The phones that the demo prints, by role. */
export const phones = {
  resident: process.env.SHUXIANG_PHONE_RESIDENT ?? "17920000061",
  group: process.env.SHUXIANG_PHONE_GROUP ?? "17900000451",
};

/** Why tests that sign in by telephone cannot run; false where they can. */
export const withoutLog = LOG && existsSync(LOG) ? false : "SHUXIANG_LOG names no server's log, where the codes stand";

const kept = (phone) => join(tmpdir(), `shuxiang-${createHash("sha256").update(`${url} ${phone}`).digest("hex").slice(0, 16)}.json`);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** A session for this phone in this context. One code a minute is all a number is given, so sessions are kept between runs. */
export async function byPhone(context, phone) {
  if (existsSync(kept(phone))) {
    await context.addCookies(JSON.parse(readFileSync(kept(phone), "utf8")));
    if ((await context.request.get(`${url}/api/me`)).ok()) return;
  }
  const from = readFileSync(LOG).length;
  const asked = await context.request.post(`${url}/api/session/codes`, { data: { phone } });
  if (asked.status() === 429) {
    await pause(61_000);
    return byPhone(context, phone);
  }
  const line = new RegExp(`to="[^"]*${phone.slice(-4)}"[^\\n]*?(\\d{6})`);
  for (let i = 0; i < 40; i++) {
    const code = line.exec(readFileSync(LOG).subarray(from).toString("utf8"))?.[1];
    if (code) {
      const entered = await context.request.post(`${url}/api/session/by-code`, { data: { phone, code } });
      if (!entered.ok()) throw new Error(`${phone}: ${await entered.text()}`);
      writeFileSync(kept(phone), JSON.stringify(await context.cookies()));
      return;
    }
    await pause(250);
  }
  throw new Error(`no code for ${phone} in ${LOG}`);
}
