// A real Chromium before a real server. SHUXIANG_URL says where the pages are; CHROMIUM where the browser is.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

export const url = process.env.SHUXIANG_URL ?? "http://127.0.0.1:8080";
const PASSWORD = process.env.SHUXIANG_PASSWORD ?? "Demo-County-2026";

export async function launch() {
  const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const executablePath = places.find((path) => path && existsSync(path));
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** The logins that the demo prints, by role: it makes each role's account in the order of its seats. */
export const logins = {
  desk: process.env.SHUXIANG_LOGIN_DESK ?? "17910000001",
  leader: process.env.SHUXIANG_LOGIN_LEADER ?? "17910000002",
  it: process.env.SHUXIANG_LOGIN_IT ?? "17910000004",
  township: process.env.SHUXIANG_LOGIN_TOWNSHIP ?? "17910000043",
  village: process.env.SHUXIANG_LOGIN_VILLAGE ?? "17910000064",
};

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

/** Signed in, with one session a person: who signs in anew for every page is shut out. */
export async function signedIn(context, page, login) {
  if (sessions.has(login)) return context.addCookies(sessions.get(login));
  await signIn(page, login);
  sessions.set(login, await context.cookies());
}

/** Nothing is under way and nothing moves. */
export async function settle(page) {
  const quiet = () => !document.querySelector(".skeleton, .waits") && (!location.pathname.includes("/matters/") || document.querySelector("article.matter, .note"));
  await page.waitForFunction(() => document.querySelector("#app")?.childElementCount > 0);
  await page.waitForTimeout(500);
  await page.waitForFunction(quiet, undefined, { timeout: 15_000 });
  await page.waitForTimeout(700);
}
