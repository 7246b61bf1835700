// The WeChat shell: its JSON is valid, its pages exist whole, its texts stand in both languages. It is not run here: that takes WeChat.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { Script } from "node:vm";

const root = new URL("../miniprogram/", import.meta.url);
const read = (file) => readFileSync(new URL(file, root), "utf8");
const files = readdirSync(root, { recursive: true });

test("every JSON file is one", () => {
  for (const file of files.filter((f) => f.endsWith(".json"))) assert.doesNotThrow(() => JSON.parse(read(file)), file);
});

test("the pages that are declared are there, and no others", () => {
  const { pages } = JSON.parse(read("app.json"));
  for (const page of pages) for (const end of ["js", "wxml", "json"]) assert.ok(existsSync(new URL(`${page}.${end}`, root)), `${page}.${end}`);
  const there = files.filter((f) => f.endsWith(".wxml")).map((f) => f.slice(0, -".wxml".length));
  assert.deepEqual(there.sort(), [...pages].sort());
});

test("every script can be read, and what it requires is there", () => {
  for (const file of files.filter((f) => f.endsWith(".js"))) {
    assert.doesNotThrow(() => new Script(`(async () => {${read(file)}})`, { filename: file }), file);
    for (const [, path] of read(file).matchAll(/require\("([^"]+)"\)/g)) assert.ok(existsSync(new URL(`${path}.js`, new URL(file, root))), `${file}: ${path}`);
  }
});

test("each text stands in both languages and is used", () => {
  const speak = (language) => {
    globalThis.wx = { getAppBaseInfo: () => ({ language }) };
    const module = { exports: {} };
    new Function("module", read("words.js"))(module);
    return module.exports();
  };
  const [zh, en] = [speak("zh_CN"), speak("en")];
  assert.deepEqual(Object.keys(en), Object.keys(zh));
  const all = files.filter((f) => /\.(wxml|js)$/.test(f) && f !== "words.js").map(read).join("\n");
  for (const word of Object.keys(zh)) assert.ok(all.includes(`words.${word}`), word);
  delete globalThis.wx;
});
