// What a first visit loads, after gzip, for each entry: the build fails over its budget.
import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist)));
const size = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
const kb = (n) => `${(n / 1024).toFixed(1)} KB`;

/** The entry's files with everything it imports; `also` names the page that a first visit opens besides. */
function firstLoad(entry, also) {
  const files = new Set();
  const seen = new Set();
  const follow = (key) => {
    const chunk = manifest[key];
    if (!chunk || seen.has(key)) return;
    seen.add(key);
    files.add(chunk.file);
    for (const css of chunk.css ?? []) files.add(css);
    for (const next of chunk.imports ?? []) follow(next);
  };
  for (const key of [entry, ...also]) {
    if (!manifest[key]) throw new Error(`${key} is not in the manifest`);
    follow(key);
  }
  return [...files];
}

const budgets = [
  { name: "console", entry: "console.html", also: ["src/console/frame/ConsoleFrame.vue", "src/console/desk/DeskPage.vue"], most: 500 * 1024 },
  // Each page of the phone on its own: whichever is opened first over a slow network.
  ...Object.keys(manifest)
    .filter((key) => /^src\/phone\/.*Page\.vue$|^src\/phone\/elder\/.*\.vue$/.test(key))
    .map((page) => ({ name: `phone ${page.split("/").pop()}`, entry: "phone.html", also: [page], most: 150 * 1024 })),
];
let over = false;
for (const { name, entry, also, most } of budgets) {
  const files = firstLoad(entry, also);
  const sum = files.reduce((n, file) => n + size(file), 0);
  console.log(`${name}: ${kb(sum)} gzip of ${kb(most)} on first load, ${files.length} files`);
  for (const file of files) console.log(`  ${kb(size(file)).padStart(9)}  ${file}`);
  over ||= sum > most;
}
for (const name of ["console.html", "phone.html"]) {
  const page = readFileSync(new URL(name, dist), "utf8");
  if (/<script(?![^>]*\bsrc=)|<style|\son[a-z]+=/.test(page)) {
    console.error(`${name} has an inline script or style, which the Content-Security-Policy forbids`);
    over = true;
  }
}
console.log(`all: ${readdirSync(new URL("assets/", dist)).length} files`);
if (over) process.exit(1);
