// The phone's icons out of the seal, drawn by the browser that the tests use: run by hand when the seal changes.
import { readFileSync } from "node:fs";
import { launch } from "../tests/browser.mjs";

const seal = readFileSync(new URL("../src/shared/seal.svg", import.meta.url), "utf8");
const out = new URL("../public/m/", import.meta.url).pathname;
const browser = await launch();
/** `room`: how much of the square the seal takes; a maskable one may lose its rim. */
for (const [name, size, room] of [["icon-180", 180, 1], ["icon-192", 192, 1], ["icon-512", 512, 1], ["icon-maskable", 512, 0.72]]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const side = Math.round(size * room);
  await page.setContent(`<style>body{margin:0;display:grid;place-items:center;height:100vh;background:${room < 1 ? "#1f6f5c" : "transparent"}}svg{width:${side}px;height:${side}px}</style>${seal}`);
  await page.screenshot({ path: `${out}${name}.png`, omitBackground: true });
  await page.close();
}
await browser.close();
