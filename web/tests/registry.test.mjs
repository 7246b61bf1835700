// Registers in the browser: a sheet with faults is checked, the right rows are taken in, a thing is sorted out, changed, seen in full,
// moved and taken off, with its history.

import assert from "node:assert/strict";
import { test } from "node:test";
import { logins, settle, url } from "./browser.mjs";
import { seated } from "./seated.mjs";

const KIND = "village_works.pond";
const mark = String(Date.now()).slice(-7);
const numbers = ["A", "B", "C"].map((x) => `T${mark}-${x}`);
const { page, faults, home: region } = await seated(logins.village);

const things = async (q) => (await (await page.request.get(`${url}/api/things?kind=${KIND}&q=${encodeURIComponent(q)}`)).json()).items;
const cell = (row, n) => page.locator(".body", { hasText: row }).locator('[role="cell"]').nth(n);
async function open(query = "") {
  await page.goto(`${url}/console/registry?kind=${KIND}${query}`);
  await page.locator(".table, .note, .cards").first().waitFor();
  await settle(page);
}

test("a sheet is checked row by row, and only what is right is taken in", async () => {
  await page.goto(`${url}/console/registry/import?kind=${KIND}`);
  await settle(page);
  const rows = [
    "区划代码,编号,名称,现状,蓄水量,管护人",
    `${region},${numbers[0]},甲塘 ${mark},完好,300,`,
    `${region},${numbers[1]},乙塘 ${mark},坏了,100,`,
    `${region},${numbers[2]},丙塘 ${mark},要留意,200,`,
    `${region},T${mark}-X,丁塘 ${mark},不晓得,很多,`,
  ];
  await page.locator('input[type="file"]').setInputFiles({ name: "山塘.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });
  const fault = page.locator(".faults tr", { hasText: "不晓得" });
  await fault.waitFor();
  assert.match(await fault.innerText(), /5[\s\S]*现状[\s\S]*完好/);
  assert.equal((await things(mark)).length, 0, "nothing is shown before the commit");
  await page.getByRole("button", { name: "只收对的 3 行" }).click();
  await page.getByText("收进台账 3 行").waitFor();
});

test("the table sorts, filters and searches as the kind declares", async () => {
  await open(`&q=${mark}`);
  await page.locator('[role="columnheader"] button', { hasText: "蓄水量" }).click();
  await page.waitForURL(/sort=holds/);
  await page.waitForFunction((n) => document.querySelector(".body")?.textContent?.includes(n), numbers[1]);
  assert.equal(await cell(numbers[0], 3).innerText(), "300 m³");
  await page.locator(".tools .choice .n-base-selection").click();
  await page.locator(".n-base-select-option", { hasText: "要留意" }).click();
  await page.waitForURL(/where=condition/);
  await page.waitForFunction(() => document.querySelectorAll(".body").length === 1);
  assert.match(await page.locator(".body").innerText(), new RegExp(numbers[2]));
  await page.locator(".tools .search").fill("没有这个东西");
  await page.keyboard.press("Enter");
  await page.getByText("没有对得上的").waitFor();
});

test("an export holds what the table shows", async () => {
  await open(`&q=${mark}`);
  await page.getByRole("button", { name: /导出/ }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator(".n-dropdown-option", { hasText: "CSV" }).click()]);
  const { readFileSync } = await import("node:fs");
  const text = readFileSync(await file.path(), "utf8");
  for (const number of numbers) assert.ok(text.includes(number), number);
});

test("a thing is changed by its form; the history says what; masked stays masked until it is asked for", async () => {
  await open(`&q=${numbers[0]}`);
  await page.locator(".body .strong a").first().click();
  await page.getByRole("button", { name: "修改" }).click();
  await page.locator('.act [data-field="holds"] input').fill("abc");
  await page.locator('.act button[type="submit"]').click();
  await page.locator('.act [data-field="holds"] [role="alert"]', { hasText: "数字" }).waitFor();
  await page.locator('.act [data-field="holds"] input').fill("450");
  await page.locator('.act [data-field="keeper"] input').nth(0).fill("张三丰");
  await page.locator('.act [data-field="keeper"] input').nth(1).fill("13900138000");
  await page.locator('.act input[name="long"]').fill("112.4");
  await page.locator('.act input[name="lat"]').fill("28.5");
  await page.locator('.act button[type="submit"]').click();
  await page.locator('dd[data-field="holds"]', { hasText: "450 m³" }).waitFor();
  await page.locator("article ol li", { hasText: "300 m³" }).waitFor();
  const keeper = page.locator('dd[data-field="keeper"]');
  assert.match(await keeper.innerText(), /139\*{4}8000/);
  await page.getByRole("button", { name: /看全/ }).click();
  await page.locator('.act button[type="submit"]').click();
  await page.locator('dd[data-field="keeper"]', { hasText: "张三丰" }).waitFor();
  const [thing] = await things(numbers[0]);
  assert.deepEqual(thing.geometry.coordinates, [112.4, 28.5]);
  assert.equal(thing.values.holds, 450);
});

test("a thing is added, and taken off with a reason; its history stays", async () => {
  await open();
  await page.getByRole("button", { name: /新增/ }).first().click();
  await page.locator('.act [data-field="number"] input').fill(`T${mark}-N`);
  await page.locator('.act button[type="submit"]').click();
  await page.locator('.act [data-field="name"] [role="alert"]').waitFor();
  await page.locator('.act [data-field="name"] input').fill("新塘");
  await page.locator('.act [data-field="condition"] .n-radio-button').first().click();
  await page.locator('.act button[type="submit"]').click();
  await page.waitForURL(/registry\/things\//);
  await page.getByRole("button", { name: "注销" }).click();
  await page.locator('.act [data-field="reason"] textarea').fill("填平建了晒谷坪");
  await page.locator('.act button[type="submit"]').click();
  await page.locator(".chip", { hasText: "已注销" }).waitFor();
  assert.equal(await page.locator("article ol li").count(), 2);
  assert.deepEqual(faults, []);
});
