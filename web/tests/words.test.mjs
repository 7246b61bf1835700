// No text stands outside the list of words, and the two languages hold the same blanks.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const src = new URL("../src/", import.meta.url);
const files = readdirSync(src, { recursive: true }).filter((f) => /\.(vue|ts)$/.test(f) && !f.startsWith("shared/words/") && !f.endsWith(".d.ts"));
const read = (file) => readFileSync(new URL(file, src), "utf8");
const bare = (code) => code.replace(/<!--[\s\S]*?-->/g, "").replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");

/** Signs of the calendar are no texts: 年 月 日 and the names of days, cut and joined in time.ts alone. */
const ALLOWED = { "shared/time.ts": /[日一二三四五六月年周]/g, "shared/ClockRibbon.vue": /[月日]/g };

test("Chinese is written in the list of words alone", () => {
  for (const file of files) {
    const code = bare(read(file)).replace(ALLOWED[file] ?? /$^/g, "");
    const found = code.match(/[\u3400-\u9fff]+/g);
    assert.equal(found, null, `${file}: ${found}`);
  }
});

test("no template holds a text of its own", () => {
  for (const file of files.filter((f) => f.endsWith(".vue"))) {
    const template = /<template>([\s\S]*)<\/template>/.exec(bare(read(file)))?.[1] ?? "";
    const said = template.replace(/<kbd[^>]*>[^<]*<\/kbd>/g, "").replace(/\{\{[\s\S]*?\}\}/g, "");
    // What stands between tags; the arrows of handlers and comparisons inside attributes go first.
    const texts = said.replace(/"[^"]*"/g, '""').split(/<[^>]*>/).filter((text) => /\p{L}{2,}/u.test(text));
    assert.deepEqual(texts.map((text) => text.trim()), [], file);
    const named = [...said.matchAll(/\s(title|placeholder|aria-label|label|alt)="([^"]*\p{L}[^"]*)"/gu)].map((m) => m[0]);
    assert.deepEqual(named, [], file);
  }
});

const areas = readdirSync(new URL("shared/words/lists/", src)).filter((f) => f.endsWith(".zh.ts")).map((f) => f.slice(0, -".zh.ts".length));

function list(area, language) {
  const lines = read(`shared/words/lists/${area}.${language}.ts`).matchAll(/^ {2}"([^"]+)": "((?:[^"\\]|\\.)*)",$/gm);
  return new Map([...lines].map((m) => [m[1], m[2]]));
}

test("both languages hold the same words and the same blanks, and no word stands in two areas", () => {
  const seen = new Set();
  for (const area of areas) {
    const [zh, en] = [list(area, "zh"), list(area, "en")];
    assert.ok(zh.size > 0, area);
    assert.deepEqual([...en.keys()].sort(), [...zh.keys()].sort(), area);
    const blanks = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join();
    for (const [word, text] of zh) {
      assert.equal(blanks(en.get(word)), blanks(text), word);
      assert.ok(!seen.has(word), `${word} stands in two areas`);
      seen.add(word);
    }
  }
});

test("every word is used", () => {
  const code = files.map(read).join("\n");
  const prefixes = [...code.matchAll(/`([a-z_.]+)\.\$\{/g)].map((m) => m[1]);
  for (const word of areas.flatMap((area) => [...list(area, "zh").keys()])) {
    const used = code.includes(`"${word}"`) || code.includes(`'${word}'`) || prefixes.some((p) => word.startsWith(`${p}.`));
    assert.ok(used, `${word} is used nowhere`);
  }
});
