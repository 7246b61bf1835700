// The map with many points, the processor slowed down four times: until the first of them stand, and how long each frame takes while it is
// moved, zoomed and narrowed by time. Beside it the same without any point: what this machine needs to draw an empty map.

import { logins, person, signedIn, url } from "../../tests/browser.mjs";
import { mapOf } from "../../tests/maps.mjs";
import { slowed, spread } from "./figures.mjs";

/** Milliseconds between frames while something is done. */
async function frames(page, act) {
  await page.evaluate(() => {
    window.deltas = [];
    let before = performance.now();
    const tick = (now) => {
      window.deltas.push(now - before);
      before = now;
      window.ticking = requestAnimationFrame(tick);
    };
    window.ticking = requestAnimationFrame(tick);
  });
  await act();
  return page.evaluate(() => {
    cancelAnimationFrame(window.ticking);
    return window.deltas.slice(1);
  });
}

const still = (map) => map.evaluate((m) => new Promise((done) => { m.once("idle", () => done()); m.triggerRepaint(); }));

async function moved(page, map) {
  const box = await page.locator("canvas.maplibregl-canvas").boundingBox();
  const [x, y] = [box.x + box.width * 0.4, box.y + box.height * 0.5];
  await page.mouse.move(x, y);
  const figures = {};
  figures.pan_ms = spread(await frames(page, async () => {
    for (const [dx, dy] of [[260, 120], [-320, -160], [200, -140], [-140, 180]]) {
      await page.mouse.down();
      await page.mouse.move(x + dx, y + dy, { steps: 24 });
      await page.mouse.up();
      await page.mouse.move(x, y);
    }
  }));
  figures.zoom_ms = spread(await frames(page, async () => {
    for (const turn of [-1, -1, -1, -1, 1, 1, 1, 1]) {
      for (let i = 0; i < 6; i++) {
        await page.mouse.wheel(0, turn * 60);
        await page.waitForTimeout(40);
      }
      await page.waitForTimeout(300);
    }
  }));
  await still(map);
  figures.slider_ms = spread(await frames(page, async () => {
    await page.locator('.time input[type="range"]').first().focus();
    for (let i = 0; i < 30; i++) {
      await page.keyboard.press("ArrowRight");
      await page.waitForTimeout(60);
    }
    await page.waitForTimeout(1500);
    await page.locator('.time input[type="range"]').first().evaluate((e) => e.blur());
  }));
  return figures;
}

export async function map(browser, say) {
  for (const points of [true, false]) {
    const { context, page } = await person(browser, {});
    await signedIn(context, page, logins.leader);
    await slowed(context, page);
    const tiles = [];
    page.on("requestfinished", (request) => void (request.url().includes("/api/map/tiles/matters/") && tiles.push(request)));
    if (!points) await page.route("**/api/map/tiles/**", (route) => route.fulfill({ status: 204 }));
    await page.goto(`${url}/console/map`, { waitUntil: "commit" });
    const drawn = await mapOf(page);
    const first = await drawn.evaluate((m, points) => new Promise((done) => {
      const look = () => (m.loaded() && (!points || m.queryRenderedFeatures({ layers: ["matters"] }).length > 0) ? done(performance.now()) : void setTimeout(look, 20));
      look();
    }), points);
    const figures = await moved(page, drawn);
    const sizes = await Promise.all(tiles.map(async (request) => (await request.sizes()).responseBodySize));
    say(points ? "map with points" : "map without points", { first_points_ms: Math.round(first), ...figures, tiles: tiles.length, tile_bytes_packed: spread(sizes) });
    await context.close();
  }
}
