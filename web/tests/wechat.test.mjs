// The phone inside the WeChat mini-program: the shell's part is played here, WeChat's servers answer at SHUXIANG_WECHAT_STUB, where the
// server under test was told to look for them (SHUXIANG_WECHAT_URL).

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { codeFor, launch, person, phones, settle, url } from "./browser.mjs";
import { withoutLog } from "./phones.mjs";

const stub = process.env.SHUXIANG_WECHAT_STUB;
const skip = withoutLog || (stub ? false : "SHUXIANG_WECHAT_STUB names no place for WeChat's servers");

let browser;
let wechat;
before(async () => {
  if (skip) return;
  // Each code names its own openid.
  wechat = createServer((request, response) => {
    const at = new URL(request.url, stub);
    const code = at.searchParams.get("js_code") ?? "";
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(code.startsWith("good") ? { openid: `openid-${code.split("-")[1]}`, session_key: "x" } : { errcode: 40029, errmsg: "invalid code" }));
  });
  await new Promise((done) => wechat.listen(Number(new URL(stub).port), "127.0.0.1", done));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  wechat?.close();
});

/** A phone inside the shell, which remembers what it was asked. */
async function inside(act) {
  const { context, page, faults } = await person(browser, { width: 390, height: 844 });
  await context.addInitScript(() => {
    window.__wxjs_environment = "miniprogram";
    window.WeixinJSBridge = { invoke: (what, given) => sessionStorage.setItem("asked", JSON.stringify({ what, ...given })) };
  });
  try {
    await act({ context, page });
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

const signedIn = async (page) => (await page.request.get(`${url}/api/me`)).ok();

test("signed in by phone once and ticked, the mini-program signs her in; signed out herself she stays out; unlinked it asks again", { skip }, async () => {
  const name = `${Date.now()}`;
  await inside(async ({ page }) => {
    await page.goto(`${url}/m/sign-in#wechat=good-${name}-1`);
    await settle(page);
    assert.equal(new URL(page.url()).hash, "", "the code is not left in the address");
    await page.locator('input[name="phone"]').fill(phones.resident);
    const entry = page.locator('input[name="code"]');
    const ask = async () => {
      // One code a minute is all that a number is given, and other tests ask for theirs.
      for (let i = 0; i < 8 && !(await entry.isVisible()); i++) {
        await page.getByRole("button", { name: "发验证码" }).click();
        await entry.waitFor({ timeout: 10_000 }).catch(() => undefined);
      }
    };
    await entry.fill(await codeFor(phones.resident, ask));
    const tick = page.locator('input[name="wechat"]');
    assert.equal(await tick.isChecked(), false, "never ticked beforehand");
    await tick.check();
    await page.getByRole("button", { name: "登录", exact: true }).click();
    await page.waitForURL((at) => !at.pathname.endsWith("/sign-in"));
    const mine = await (await page.request.get(`${url}/api/me/wechat`)).json();
    assert.ok(mine.linked, JSON.stringify(mine));
  });
  await inside(async ({ page }) => {
    await page.goto(`${url}/m/#wechat=good-${name}-2`);
    await settle(page);
    assert.ok(await signedIn(page), "by itself");
    await page.goto(`${url}/m/me`);
    await page.getByRole("button", { name: "退出登录" }).click();
    await page.getByRole("link", { name: "登录" }).first().waitFor();
    await page.goto(`${url}/m/?again#wechat=good-${name}-3`);
    await settle(page);
    assert.equal(await signedIn(page), false, "who signed out is not signed in again");
  });
  await inside(async ({ page }) => {
    await page.goto(`${url}/m/#wechat=good-${name}-4`);
    await settle(page);
    await page.goto(`${url}/m/me#wechat=good-${name}-5`);
    await page.getByRole("button", { name: /不再自动登录/ }).click();
    await page.getByText("记下了").waitFor();
    assert.equal((await (await page.request.get(`${url}/api/me/wechat`)).json()).linked, null);
  });
  await inside(async ({ page }) => {
    await page.goto(`${url}/m/#wechat=good-${name}-6`);
    await settle(page);
    assert.equal(await signedIn(page), false, "it is nobody's again");
  });
});

test("what is sent from inside says so, and a code that is wrong leaves the page as it is", { skip }, async () => {
  await inside(async ({ page }) => {
    await page.goto(`${url}/m/say#wechat=bad`);
    await settle(page);
    await page.locator('textarea[name="words"]').fill("窗口排队太久，请多开一个窗口");
    const sent = page.waitForRequest((r) => r.url().endsWith("/api/matters") && r.method() === "POST");
    await page.getByRole("button", { name: "提交" }).click();
    const told = (await sent).postDataJSON();
    assert.equal(told.door, "miniprogram");
    assert.equal(told.flow, "complaints.complaint");
    await page.getByRole("link", { name: "看办到哪一步" }).click();
    await page.getByText("取件码").waitFor();
  });
});
