// A real Chromium before a real server. SHUXIANG_URL says where the pages are; CHROMIUM where the browser is.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { byPhone } from "./phones.mjs";

export const url = process.env.SHUXIANG_URL ?? "http://127.0.0.1:8080";
const PASSWORD = process.env.SHUXIANG_PASSWORD ?? "Demo-County-2026";

export async function launch() {
  const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const executablePath = places.find((path) => path && existsSync(path));
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"] });
}

/** What `shuxiang demo` printed: a line with login or telephone, and below it whose it is. */
const said = process.env.SHUXIANG_ACCOUNTS ? readFileSync(process.env.SHUXIANG_ACCOUNTS, "utf8").split("\n") : [];

function account(seat, field) {
  const at = said.findIndex((line) => line.trimEnd().endsWith(` / ${seat}`));
  return new RegExp(` ${field} (\\d+)`).exec(said[at - 1] ?? "")?.[1] ?? `none-for-${seat}`;
}

/** Names to sign in with, by seat. */
export const logins = {
  desk: account("County's desk", "login"),
  leader: account("County's leader", "login"),
  township: account("Township's duty", "login"),
  village: account("Village's duty", "login"),
  secretary: account("Village's secretary", "login"),
  water: account("Township's water station", "login"),
  justice: account("Township's justice office", "login"),
  it: account("County's IT", "login"),
};

/** Telephones of those who sign in by a code. */
export const phones = {
  resident: account("Resident", "phone"),
  neighbour: account("Neighbourhood's leader", "phone"),
  group: account("Group's leader", "phone"),
  area: account("Area's leader", "phone"),
};

/** The code that this telephone is sent when `ask` has asked for one: the demo's gateway writes it to the server's log. */
export async function codeFor(phone, ask) {
  const sent = () => readFileSync(process.env.SHUXIANG_SERVER_LOG, "utf8").split("\n").filter((l) => l.includes("text message") && l.includes(`to="${phone.slice(0, 3)}****${phone.slice(-4)}"`));
  const before = sent().length;
  await ask();
  for (let i = 0; i < 100; i++) {
    const code = /(\d{6})/.exec(sent()[before]?.split("text=")[1] ?? "")?.[1];
    if (code) return code;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no code for ${phone} in the server's log`);
}

/** A browser of its own for one person. */
export async function person(browser, { lang = "zh", width = 1440, height = 900, theme = "light" } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale: lang === "zh" ? "zh-CN" : "en-GB", timezoneId: "Asia/Shanghai" });
  await context.addInitScript(([l, t]) => {
    localStorage.setItem("shuxiang.lang", l);
    localStorage.setItem("shuxiang.theme", t);
  }, [lang, theme]);
  const page = await context.newPage();
  const faults = [];
  page.on("console", (m) => m.type() === "error" && !/status of 4\d\d/.test(m.text()) && faults.push(m.text()));
  page.on("pageerror", (e) => faults.push(String(e)));
  return { context, page, faults };
}

export async function signIn(page, login) {
  await page.goto(`${url}/console/sign-in`);
  await page.locator('input[name="login"]').fill(login);
  await page.locator('input[name="password"]').fill(PASSWORD);
  await page.locator('button[type="submit"]').click();
  await page.waitForURL((at) => !at.pathname.endsWith("/sign-in"));
}

const sessions = new Map();
/** Sessions that were opened beforehand, by the names above: where a measurement has no time for signing in. */
const opened = JSON.parse(process.env.SHUXIANG_SESSIONS ?? "{}");
const nameOf = (who) => [...Object.entries(logins), ...Object.entries(phones)].find(([, value]) => value === who)?.[0];

/** Signed in, with one session a person, also for several pages at once: who signs in anew for every page is shut out. */
export async function signedIn(context, page, login) {
  const name = login.phone ?? login;
  if (!sessions.has(name)) sessions.set(name, cookies(context, page, login));
  await context.addCookies(await sessions.get(name));
}

async function cookies(context, page, login) {
  const value = opened[nameOf(login.phone ?? login)];
  if (value) return [{ name: "session", value, url }];
  await (login.phone ? byPhone(context, login.phone) : signIn(page, login));
  return context.cookies();
}

/** One person's page for one test, at a path of the console; what the page complained of fails it. */
export async function as(browser, login, { path = "/", ...look }, act) {
  const { context, page, faults } = await person(browser, look);
  try {
    await signedIn(context, page, login);
    await page.goto(`${url}/console${path}`);
    await settle(page);
    await act(page);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

/** Nothing is under way and nothing moves. */
export async function settle(page) {
  const quiet = () => !document.querySelector(".skeleton, .waits") && (!location.pathname.includes("/matters/") || document.querySelector("article.matter, .note"));
  await page.waitForFunction(() => document.querySelector("#app")?.childElementCount > 0);
  await page.waitForTimeout(500);
  await page.waitForFunction(quiet, undefined, { timeout: 15_000 });
  await page.waitForTimeout(700);
}
