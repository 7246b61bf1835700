// Base maps for tests: pictures, a PMTiles file and a map service, all made here; and the drawn map, looked at pixel by pixel.

import { createServer } from "node:http";
import { crc32, deflateSync, gzipSync } from "node:zlib";
import { zxyToTileId } from "pmtiles";

export const RED = [210, 60, 60];
export const BLUE = [60, 60, 210];
const SIDE = 256;

function chunk(kind, body) {
  const named = Buffer.concat([Buffer.from(kind), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** A tile whose columns are red up to the pixel `edge` of the whole map at this zoom, and blue from there on. */
export function picture(x, edge) {
  const row = Buffer.alloc(1 + SIDE * 3);
  for (let i = 0; i < SIDE; i++) row.set(x * SIDE + i < edge ? RED : BLUE, 1 + i * 3);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(SIDE, 0);
  head.writeUInt32BE(SIDE, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: SIDE }, () => row)));
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

/** Pixel of the whole map at zoom 0 to 22, web Mercator, tiles being 256 wide. */
export const across = (lon, z) => ((lon + 180) / 360) * SIDE * 2 ** z;
export const down = (lat, z) => (0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI)) * SIDE * 2 ** z;

function varint(n) {
  const out = [];
  for (; n >= 0x80; n = Math.floor(n / 128)) out.push((n % 128) | 0x80);
  return [...out, n];
}

/** A PMTiles file, version 3: `kind` 1 vector, 2 PNG; tiles as { z, x, y, bytes }. */
export function pmtiles(kind, tiles, meta = {}) {
  const all = tiles.map((t) => ({ id: zxyToTileId(t.z, t.x, t.y), bytes: kind === 1 ? gzipSync(t.bytes) : t.bytes })).sort((a, b) => a.id - b.id);
  let at = 0;
  const offsets = all.map((t) => (at += t.bytes.length) - t.bytes.length);
  const columns = [all.map((t, i) => t.id - (all[i - 1]?.id ?? 0)), all.map(() => 1), all.map((t) => t.bytes.length), offsets.map((o) => o + 1)];
  const root = gzipSync(Buffer.from([all.length, ...columns.flat()].flatMap(varint)));
  const said = gzipSync(JSON.stringify(meta));
  const header = Buffer.alloc(127);
  header.write("PMTiles");
  header[7] = 3;
  const tilesAt = 127 + root.length + said.length;
  [127, root.length, 127 + root.length, said.length, tilesAt, 0, tilesAt, at, all.length, all.length, all.length].forEach((n, i) => header.writeBigUInt64LE(BigInt(n), 8 + i * 8));
  const zooms = tiles.map((t) => t.z);
  header.set([1, 2, kind === 1 ? 2 : 1, kind, Math.min(...zooms), Math.max(...zooms)], 96);
  [-180, -85, 180, 85].forEach((degree, i) => header.writeInt32LE(degree * 1e7, 102 + i * 4));
  return Buffer.concat([header, root, said, ...all.map((t) => t.bytes)]);
}

/** One vector tile with one layer, a square in units of 4096 along the tile's side. */
export function square(layer, [left, top, right, bottom]) {
  const part = (field, bytes) => [(field << 3) | 2, ...varint(bytes.length), ...bytes];
  const zigzag = (n) => varint(n < 0 ? -n * 2 - 1 : n * 2);
  const pen = [9, ...zigzag(left), ...zigzag(top), 26, ...zigzag(right - left), 0, 0, ...zigzag(bottom - top), ...zigzag(left - right), 0, 15];
  const feature = [0x18, 3, ...part(4, pen)];
  return Buffer.from(part(3, [0x78, 2, ...part(1, [...Buffer.from(layer)]), ...part(2, feature), 0x28, ...varint(4096)]));
}

/**
 * A map service in the KVP form of WMTS, with a key that is bound to a site, as 天地图 has it. `asked` are the answers it gave:
 * { status, z, x, y, referer }. `edge(z)`: where its pictures turn from red to blue.
 */
export async function wmts(port, { key, site, edge }) {
  const asked = [];
  const server = createServer((request, response) => {
    const at = new URL(request.url, "http://127.0.0.1");
    const said = (name) => at.searchParams.get(name) ?? "";
    const [z, y, x] = ["TILEMATRIX", "TILEROW", "TILECOL"].map((name) => Number(said(name)));
    const referer = request.headers.referer ?? "";
    response.setHeader("access-control-allow-origin", "*");
    const good = said("SERVICE") === "WMTS" && said("REQUEST") === "GetTile";
    const status = !good ? 400 : said("tk") !== key || !referer.startsWith(site) ? 403 : 200;
    asked.push({ status, z, x, y, referer });
    response.writeHead(status, { "content-type": status === 200 ? "image/png" : "application/json" });
    response.end(status === 200 ? picture(x, edge(z)) : JSON.stringify({ code: 301003, msg: "非法Key" }));
  });
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  return { asked, close: () => new Promise((done) => server.close(done) && server.closeAllConnections()) };
}

/** The map that the page drew: found as the component that shows it gives it out. */
function find() {
  const down = (node) => {
    if (!node) return null;
    const one = node.component;
    const map = one?.exposed?.map?.();
    if (map) return map;
    for (const next of [one?.subTree, node.suspense?.activeBranch, ...(Array.isArray(node.children) ? node.children : [])]) {
      const found = next && typeof next === "object" ? down(next) : null;
      if (found) return found;
    }
    return null;
  };
  return down(document.querySelector("#app")?._vnode);
}

export const mapOf = (page) => page.waitForFunction(find);

/** Moves the map and waits until nothing on it is under way. */
export const look = (map, center, zoom) =>
  map.evaluate((m, [center, zoom]) => new Promise((done) => { m.jumpTo({ center, zoom }); m.once("idle", () => done()); m.triggerRepaint(); }), [center, zoom]);

/** Colours of the drawn map at so many pixels to the right of and below a place. */
export const colours = (map, place, offsets) =>
  map.evaluate((m, [place, offsets]) => new Promise((done) => {
    m.once("render", () => {
      const canvas = document.createElement("canvas");
      const from = m.getCanvas();
      [canvas.width, canvas.height] = [from.width, from.height];
      const draw = canvas.getContext("2d");
      draw.drawImage(from, 0, 0);
      const { x, y } = m.project(place);
      const scale = from.width / from.clientWidth;
      done(offsets.map(([dx, dy]) => [...draw.getImageData(Math.round((x + dx) * scale), Math.round((y + dy) * scale), 1, 1).data.slice(0, 3)]));
    });
    m.triggerRepaint();
  }), [place, offsets]);

export const reddish = ([r, , b]) => r > b + 40;
export const bluish = ([r, , b]) => b > r + 40;
