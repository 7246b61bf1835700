// Base maps, really drawn: a PMTiles file out of the server, a map service on another address, and each way in which they do not come.
// The test serves the same county with its own configuration: SHUXIANG_TEST_SERVER is the program, SHUXIANG_TEST_CONFIG its file.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import typescript from "typescript";
import { launch, logins, person, settle, signedIn } from "./browser.mjs";
import { across, bluish, colours, down, look, mapOf, picture, pmtiles, reddish, square, wmts } from "./maps.mjs";

const { SHUXIANG_TEST_SERVER: program, SHUXIANG_TEST_CONFIG: config } = process.env;
const skip = program && config ? false : "SHUXIANG_TEST_SERVER and SHUXIANG_TEST_CONFIG name no server to start";
const KEY = "good-key-1";
/** In the middle of the county; left of it tiles are red, right of it blue. */
let here;
let browser;
let folder;

before(async () => {
  if (skip) return;
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), "shuxiang-maps-"));
});
after(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const source = readFileSync(new URL("../src/console/map/gcj02.ts", import.meta.url), "utf8");
const plain = typescript.transpileModule(source, { compilerOptions: { module: typescript.ModuleKind.ESNext, target: typescript.ScriptTarget.ES2022 } }).outputText;
const { gcj02 } = await import(`data:text/javascript,${encodeURIComponent(plain)}`);

const freePort = () => new Promise((done) => { const s = createServer().listen(0, "127.0.0.1", () => { const { port } = s.address(); s.close(() => done(port)); }); });

/** The county served with this base map, and a page of it as one person sees it. */
async function served(given, login, path, act) {
  const port = await freePort();
  const site = `http://127.0.0.1:${port}`;
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("SHUXIANG_")));
  const env = { ...own, ...Object.fromEntries(Object.entries(given).map(([name, value]) => [`SHUXIANG_MAP_${name}`, value.replaceAll("{site}", site)])) };
  const server = spawn(program, ["serve", "--config", config, "--listen", `127.0.0.1:${port}`], { env, cwd: join(import.meta.dirname, "../.."), stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const pipe of [server.stdout, server.stderr]) pipe.on("data", (text) => (said += text));
  try {
    for (let i = 0; ; i++) {
      if (await fetch(`${site}/api/health`).then((r) => r.ok, () => false)) break;
      assert.ok(i < 150 && server.exitCode === null, said);
      await new Promise((done) => setTimeout(done, 200));
    }
    const { context, page, faults } = await person(browser);
    const asked = [];
    page.on("request", (r) => asked.push(r));
    await signedIn(context, page, login);
    const answer = await page.goto(`${site}/console${path}`);
    await settle(page);
    here ??= await page.evaluate(async () => {
      const [west, south, east, north] = (await (await fetch("/api/map")).json()).bounds;
      return [(west + east) / 2, (south + north) / 2];
    });
    await act({ page, site, asked, faults, said: () => said, policy: answer.headers()["content-security-policy"] });
    // What the browser says of an address that does not answer is no fault of the page.
    assert.deepEqual(faults.filter((f) => !/net::ERR_|CORS policy/.test(f)), []);
    await context.close();
  } finally {
    server.kill("SIGTERM");
    await new Promise((done) => server.once("exit", done));
  }
}

/** What an official and the county's IT read where the base map does not come, and that the map goes on without it. */
async function told(page, what) {
  const note = page.locator(".fault");
  await note.waitFor({ timeout: 25_000 });
  assert.match(await note.locator("p").first().innerText(), /底图没有出来，事项、界线和单子照常能用/);
  await note.locator("summary").click();
  assert.match(await note.locator("details p").innerText(), what);
  assert.equal(await page.locator(".credit").count(), 0, "that none is set would not be true");
  const map = await mapOf(page);
  await look(map, here, 10);
  const layers = await map.evaluate((m) => ({ base: m.getStyle().layers.filter((l) => l.source === "base").length, county: m.getLayer("parent-fill") !== undefined, matters: m.queryRenderedFeatures({ layers: ["matters"] }).length }));
  assert.ok(layers.base === 0 && layers.county && layers.matters > 0, JSON.stringify(layers));
  assert.ok((await page.locator(".list li button").count()) > 3);
}

async function redThenBlue(page, place, zoom) {
  const map = await mapOf(page);
  await look(map, place, zoom);
  // Marks stand on the tiles: most of what is looked at is ground.
  const rows = [-190, -140, 130, 170, 210];
  const left = await colours(map, place, rows.flatMap((y) => [[-9, y], [-40, y]]));
  const right = await colours(map, place, rows.flatMap((y) => [[9, y], [40, y]]));
  assert.ok(left.filter(reddish).length >= 7, `left of the edge: ${JSON.stringify(left)}`);
  assert.ok(right.filter(bluish).length >= 7, `right of the edge: ${JSON.stringify(right)}`);
}

test("GCJ-02 as the public converters give it", () => {
  for (const [wgs, gcj] of [[[116.404, 39.915], [116.41024449916938, 39.91640428150164]], [[121.5272106, 31.1774276], [121.531541859215, 31.17530398364597]], [[113.912316, 22.543847], [113.9171764808363, 22.540796131694766]]]) {
    const got = gcj02(wgs);
    assert.ok(Math.abs(got[0] - gcj[0]) < 1e-5 && Math.abs(got[1] - gcj[1]) < 1e-5, `${wgs}: ${got}, not ${gcj}`);
  }
  assert.deepEqual(gcj02([2.35, 48.85]), [2.35, 48.85], "abroad nothing is displaced");
});

test("a PMTiles file of pictures is drawn where it belongs, piece by piece", { skip }, async () => {
  // Where the county is: asked before the file can be made.
  await served({}, logins.leader, "/map", async ({ page, policy }) => {
    assert.equal(await page.locator(".credit").innerText(), "县里没有设底图，界线和位置用县里自己的");
    assert.match(policy, /connect-src 'self';/);
  });
  const tiles = [];
  for (let z = 0; z <= 11; z++) {
    const [cx, cy] = [across(here[0], z), down(here[1], z)].map((n) => Math.floor(n / 256));
    for (let x = Math.max(0, cx - 4); x <= Math.min(2 ** z - 1, cx + 4); x++) for (let y = Math.max(0, cy - 4); y <= Math.min(2 ** z - 1, cy + 4); y++) tiles.push({ z, x, y, bytes: picture(x, across(here[0], z)) });
  }
  const file = join(folder, "county.pmtiles");
  writeFileSync(file, pmtiles(2, tiles));
  await served({ FILE: file, ATTRIBUTION: "审图号 湘S(2026)000号" }, logins.leader, "/map", async ({ page, asked, policy }) => {
    await redThenBlue(page, here, 10.5);
    // Deeper than the file goes its last tiles are drawn larger.
    await redThenBlue(page, here, 13);
    const pieces = asked.filter((r) => r.url().endsWith("/api/map/base.pmtiles"));
    assert.ok(pieces.length > 2 && pieces.every((r) => /^bytes=\d+-\d+$/.test(r.headers().range)));
    assert.equal(await page.locator(".credit").innerText(), "审图号 湘S(2026)000号");
    assert.equal(await page.locator(".fault").count(), 0);
    assert.match(policy, /connect-src 'self';/, "a file of its own needs no other host");
  });
});

test("a PMTiles file of vectors: layers that are known by name, and a county's own by any", { skip }, async () => {
  for (const layer of ["water", "水系"]) {
    const file = join(folder, "vector.pmtiles");
    writeFileSync(file, pmtiles(1, [{ z: 0, x: 0, y: 0, bytes: square(layer, [2048, 0, 4096, 4096]) }], { vector_layers: [{ id: layer, fields: {} }] }));
    await served({ FILE: file }, logins.leader, "/map", async ({ page }) => {
      const map = await mapOf(page);
      await look(map, here, 9);
      const found = await map.evaluate((m, id) => m.queryRenderedFeatures({ layers: [id] }).length, `base-${layer}`);
      assert.ok(found > 0, layer);
    });
  }
});

test("a WMTS as 天地图 speaks it: its key, bound to this site, goes along; the page may ask that host and no other", { skip }, async () => {
  const port = await freePort();
  const tiles = `http://127.0.0.1:${port}/vec_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=vec&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}`;
  const service = await wmts(port, { key: KEY, site: "http://127.0.0.1:", edge: (z) => across(here[0], z) });
  try {
    await served({ TILES: tiles, KEY }, logins.leader, "/map", async ({ page, site, asked, faults, policy }) => {
      await redThenBlue(page, here, 11);
      assert.ok(service.asked.length > 3 && service.asked.every((a) => a.status === 200 && a.referer === `${site}/`), JSON.stringify(service.asked.slice(0, 3)));
      const host = `http://127.0.0.1:${port}`;
      for (const kind of ["img-src 'self' data: blob:", "connect-src 'self'"]) assert.ok(policy.includes(`${kind} ${host};`), policy);
      assert.equal(policy.match(/https?:/g).length, 2);
      const origins = new Set(asked.map((r) => new URL(r.url()).origin).filter((o) => o.startsWith("http")));
      assert.deepEqual([...origins].sort(), [host, site].sort());
      const refused = await page.evaluate((at) => fetch(at).then(() => "answered", (e) => e.name), `http://127.0.0.1:${await freePort()}/`);
      assert.equal(refused, "TypeError");
      // The browser says that the policy stood in the way: once the policy, once the request.
      assert.equal(faults.splice(0).filter((f) => f.includes("Content Security Policy")).length, 2);
    });
    // Tiles in GCJ-02: the service draws the edge half a kilometre off, and it is moved back.
    const moved = await wmts(port + 1, { key: KEY, site: "http://127.0.0.1:", edge: (z) => across(gcj02(here)[0], z) });
    const displaced = tiles.replace(`:${port}/`, `:${port + 1}/`);
    await served({ TILES: displaced, KEY, COORDINATES: "gcj02" }, logins.leader, "/map", async ({ page }) => {
      await redThenBlue(page, here, 15);
      await redThenBlue(page, here, 11);
    });
    await served({ TILES: displaced, KEY }, logins.leader, "/map", async ({ page }) => {
      await assert.rejects(() => redThenBlue(page, here, 15), "the test would see the displacement");
    });
    await moved.close();

    await served({ TILES: tiles, KEY: "old-key" }, logins.leader, "/map", async ({ page, site }) => {
      await told(page, new RegExp(`127\\.0\\.0\\.1:${port} 不让用（HTTP 403）.*map\\.key.*${site}`));
      // The official's word stands; pressed once more it is tried once more.
      const before = service.asked.length;
      await page.locator(".fault .link").click();
      await page.waitForTimeout(2000);
      assert.ok(service.asked.length > before);
    });
    await served({ TILES: tiles, KEY: "old-key" }, logins.it, "/setup/journal", async ({ page }) => {
      const card = page.locator(".card", { has: page.getByRole("heading", { name: "底图" }) });
      assert.match(await card.innerText(), /不通[\s\S]*HTTP 403[\s\S]*map\.key/);
    });
    await served({ TILES: tiles.replace("GetTile", "GetMap"), KEY }, logins.leader, "/map", async ({ page }) => told(page, /没有这里的瓦片（HTTP 400）.*map\.tiles/));
  } finally {
    await service.close();
  }
});

test("an address that nobody answers at, and one that answers with a page", { skip }, async () => {
  const port = await freePort();
  await served({ TILES: `http://127.0.0.1:${port}/{z}/{x}/{y}.png` }, logins.leader, "/map", async ({ page }) => told(page, new RegExp(`127\\.0\\.0\\.1:${port} 没有回答.*map\\.tiles.*CORS`)));
  await served({ TILES: "{site}/console/{z}/{x}/{y}" }, logins.leader, "/map", async ({ page }) => told(page, /回答的不是地图.*map\.key/));
});

test("a file that is none, one cut short, and one that is not there", { skip }, async () => {
  const file = join(folder, "none.pmtiles");
  const whole = pmtiles(2, [{ z: 0, x: 0, y: 0, bytes: picture(0, 128) }]);
  for (const [bytes, what] of [["<html>404</html>".repeat(20), /底图文件 none\.pmtiles：不是 PMTiles 文件/], [whole.subarray(0, whole.length - 5), /没有拷贝完整/], [null, /没有这个文件/]]) {
    rmSync(file, { force: true });
    if (bytes) writeFileSync(file, bytes);
    await served({ FILE: file }, logins.leader, "/map", async ({ page, said }) => {
      await told(page, what);
      assert.ok(said().includes(what.source.slice(-4)), "the server says so at its start");
      assert.ok(!(await page.content()).includes(folder), "its folder is the server's business");
    });
  }
});
