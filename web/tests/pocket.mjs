// A phone in a pocket: its memory outlives the app, its network comes and goes.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { url } from "./browser.mjs";

const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => path && existsSync(path));
const EARS = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"];

/** A phone of its own, with a memory that outlives the browser. */
export async function phone(act) {
  const folder = mkdtempSync(join(tmpdir(), "shuxiang-phone-"));
  const opened = [];
  const open = async () => {
    const context = await chromium.launchPersistentContext(folder, {
      executablePath, args: ["--no-sandbox", ...EARS], viewport: { width: 390, height: 844 }, locale: "zh-CN", timezoneId: "Asia/Shanghai", permissions: ["microphone"],
    });
    opened.push(context);
    return { context, page: context.pages()[0] ?? (await context.newPage()) };
  };
  try {
    await act(open);
  } finally {
    for (const context of opened) await context.close().catch(() => undefined);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** The app is on the phone: its worker answers for the pages. */
export async function installed(page) {
  await page.goto(`${url}/m/`);
  await page.waitForFunction(() => navigator.serviceWorker?.controller !== null, undefined, { timeout: 20_000 });
}

/** A JPEG of 2,400 × 1,800 in which a camera has written where it was. */
export async function photo(page, n) {
  const jpeg = Buffer.from(
    await page.evaluate(async (n) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 2400, height: 1800 });
      const draw = canvas.getContext("2d");
      for (let i = 0; i < 400; i++) {
        draw.fillStyle = `hsl(${(i * 37 + n * 90) % 360} 60% 50%)`;
        draw.fillRect((i * 97) % 2400, (i * 61 + n * 40) % 1800, 160, 120);
      }
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
      return [...new Uint8Array(await blob.arrayBuffer())];
    }, n),
  );
  const said = Buffer.from("Exif\0\0GPS-28.5-112.3-SECRET");
  const exif = Buffer.concat([Buffer.from([0xff, 0xe1, 0, said.length + 2]), said]);
  return { name: `photo-${n}.jpg`, mimeType: "image/jpeg", buffer: Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)]) };
}
