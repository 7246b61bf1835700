// The phone's service worker with the list of what it keeps: all that the phone's entry and its pages load, by the build's own manifest.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist)));
const base = process.env.SHUXIANG_BASE ?? "/";

const files = new Set();
const seen = new Set();
function follow(key) {
  const chunk = manifest[key];
  if (!chunk || seen.has(key)) return;
  seen.add(key);
  for (const file of [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])]) if (!file.endsWith(".html")) files.add(file);
  for (const next of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) follow(next);
}
follow("phone.html");

const page = readFileSync(new URL("phone.html", dist));
const list = [`${base}m/`, ...[...files].sort().map((file) => base + file), ...["app.webmanifest", "icon-192.png"].map((file) => `${base}m/${file}`)];
const version = createHash("sha256").update(page).update(list.join("\n")).digest("hex").slice(0, 12);
const worker = readFileSync(new URL("../src/phone/worker/sw.js", import.meta.url), "utf8");
writeFileSync(new URL("m/sw.js", dist), worker.replace("__VERSION__", version).replace("__FILES__", JSON.stringify(list)));
console.log(`worker: ${list.length} files, version ${version}`);
