// Each file once more as gzip, so that the server packs nothing while people wait.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
for (const name of readdirSync(dist, { recursive: true })) {
  if (!/\.(html|js|mjs|css|json|svg|webmanifest)$/.test(name) || name.startsWith(".")) continue;
  const file = new URL(name, dist);
  writeFileSync(`${file.pathname}.gz`, gzipSync(readFileSync(file), { level: 9 }));
}
