// Tiles of a service in GCJ-02, moved back to where they belong before they are drawn: what is drawn over them is WGS 84. One tile of ours is
// cut out of up to four of theirs; the displacement hardly changes within a tile, so that its corners say it for all of it.

import { corner, gcj02, pixel } from "./gcj02";

export const PROTOCOL = "gcj02";
const SIDE = 256;
/** Their tiles that neighbours of ours need too. */
const MOST = 96;

const addresses = new Map<string, string[]>();
const kept = new Map<string, Promise<ImageBitmap>>();

export class TileError extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`);
  }
}

/** The address by which the map asks for tiles of this service. */
export function address(name: string, urls: string[]): string {
  addresses.set(name, urls);
  return `${PROTOCOL}://${name}/{z}/{x}/{y}`;
}

async function fetched(url: string): Promise<ImageBitmap> {
  const response = await fetch(url, { referrerPolicy: "strict-origin" });
  if (!response.ok) throw new TileError(response.status);
  return createImageBitmap(await response.blob());
}

function theirs(urls: string[], z: number, x: number, y: number): Promise<ImageBitmap> {
  const url = (urls[(x + y) % urls.length] ?? "").replace("{z}", String(z)).replace("{x}", String(x)).replace("{y}", String(y));
  const found = kept.get(url) ?? fetched(url);
  kept.delete(url);
  kept.set(url, found);
  found.catch(() => kept.delete(url));
  const [oldest] = kept.keys();
  if (kept.size > MOST && oldest) kept.delete(oldest);
  return found;
}

export async function displaced({ url }: { url: string }): Promise<{ data: ImageBitmap }> {
  const [name = "", ...at] = url.slice(PROTOCOL.length + 3).split("/");
  const [z = 0, x = 0, y = 0] = at.map(Number);
  const urls = addresses.get(name) ?? [];
  const [west, north] = pixel(gcj02(corner(z, x, y)), z);
  const [east, south] = pixel(gcj02(corner(z, x + 1, y + 1)), z);
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const draw = canvas.getContext("2d");
  const across = (tile: number): number => Math.round(((tile * SIDE - west) / (east - west)) * SIDE);
  const down = (tile: number): number => Math.round(((tile * SIDE - north) / (south - north)) * SIDE);
  const parts: Promise<void>[] = [];
  for (let tx = Math.floor(west / SIDE); across(tx) < SIDE; tx++) {
    for (let ty = Math.floor(north / SIDE); down(ty) < SIDE; ty++) {
      const [w, h] = [across(tx + 1) - across(tx), down(ty + 1) - down(ty)];
      if (across(tx) + w <= 0 || down(ty) + h <= 0) continue;
      parts.push(theirs(urls, z, tx, ty).then((tile) => draw?.drawImage(tile, across(tx), down(ty), w, h)));
    }
  }
  // At the edge of what the service covers some are missing; where all are, the reason is the first one's.
  const done = await Promise.allSettled(parts);
  const failed = done.filter((d) => d.status === "rejected");
  if (failed[0] && failed.length === done.length) throw failed[0].reason;
  return { data: await createImageBitmap(canvas) };
}
