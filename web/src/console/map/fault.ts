// A base map that does not come: why, where, and how to mend it. The map is a good one without it.

import type { Words } from "@/api/client";
import { say, t } from "@/shared/words";
import { pixel } from "./gcj02";
import type { Drawn } from "./engine";
import type { BaseMap } from "./places";

export type FaultKind = "unreachable" | "key" | "quota" | "address" | "failing" | "picture" | "file";
export interface Fault { kind: FaultKind; where: string; status: number; said: Words | null }

/** No tile for so long is none at all: a wall that answers nothing leaves a browser waiting for minutes. */
const PATIENCE = 15_000;

export const whereOf = (base: BaseMap): string => new URL(base.kind === "tiles" ? (base.urls[0] ?? "") : base.url, location.origin).host;

const byStatus = (status: number): FaultKind =>
  status === 401 || status === 403 || status === 418 ? "key" : status === 429 ? "quota" : status === 400 || status === 404 ? "address" : "failing";

export function faultOf(error: unknown, where: string): Fault {
  const answered = typeof error === "object" && error !== null && "status" in error;
  const status = answered ? Number(error.status) : Number(/response code: (\d+)/.exec(String(error))?.[1] ?? 0);
  // No answer at all is a TypeError of the browser's own fetch, and a status of 0 of the map's.
  const kind = status > 0 ? byStatus(status) : answered || error instanceof TypeError ? "unreachable" : "picture";
  return { kind, where, status, said: null };
}

/** What, where and how to mend it, for the one who set the base map. */
export const told = (fault: Fault): string => (fault.said ? say(fault.said) : t(`map.base.${fault.kind}`, { where: fault.where, status: fault.status, site: location.origin }));

/** Tells once when nothing of the base map comes; a tile that is missing here and there is none of anybody's business. */
export function watchBase(map: Drawn, where: string, tell: (fault: Fault) => void): void {
  let over = false;
  let wrong: unknown = null;
  const end = (fault: Fault | null): void => {
    if (over) return;
    over = true;
    clearTimeout(patience);
    if (fault) tell(fault);
  };
  const patience = setTimeout(() => end({ kind: "unreachable", where, status: 0, said: null }), PATIENCE);
  map.on("sourcedata", (event) => event.sourceId === "base" && (event as { tile?: { state?: string } }).tile?.state === "loaded" && end(null));
  map.on("error", (event) => (event as { sourceId?: string }).sourceId === "base" && (wrong ??= event.error));
  map.on("idle", () => wrong && end(faultOf(wrong, where)));
  map.on("remove", () => end(null));
}

/** One tile of the service in the middle of the county, asked for as the map would; nothing where it comes. */
export async function tryOne(base: BaseMap, bounds: readonly number[] | null | undefined): Promise<Fault | null> {
  const where = whereOf(base);
  if (base.kind === "pmtiles") return base.fault ? { kind: "file", where, status: 0, said: base.fault } : null;
  const [west = 112, south = 28, east = 113, north = 29] = bounds ?? [];
  const z = 10;
  const [x, y] = pixel([(west + east) / 2, (south + north) / 2], z).map((n) => Math.floor(n / 256)) as [number, number];
  const url = (base.urls[0] ?? "").replace("{z}", String(z)).replace("{x}", String(x)).replace("{y}", String(y));
  try {
    const response = await fetch(url, { referrerPolicy: "strict-origin", signal: AbortSignal.timeout(PATIENCE) });
    if (!response.ok) return faultOf(response, where);
    await createImageBitmap(await response.blob());
    return null;
  } catch (error) {
    const late = error instanceof DOMException && error.name === "TimeoutError";
    return late ? { kind: "unreachable", where, status: 0, said: null } : faultOf(error, where);
  }
}
