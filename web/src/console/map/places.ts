// What the map asks the server: where regions are, what is open in them, what tiles there are.

import { api, body, type Listed, type Schemas } from "@/api/client";

export type MapShown = Schemas["MapShown"];
export type BaseMap = Schemas["BaseMap"];
export type RegionCollection = Schemas["RegionCollection"];
export type RegionFeature = Schemas["RegionFeature"];
export type RegionOnMap = Schemas["RegionOnMap"];
export type State = "alarm" | "late" | "soon" | "open" | "ended";

/** What the reader narrowed the map to; times in UTC. */
export interface Narrow { flow?: string; late: boolean; ended: boolean; from?: string; to?: string }

export const loadMap = (): Promise<MapShown> => body(api.GET("/api/map"));

/** Those directly under one, or all its villages at once. */
export function loadRegions(parent: string | undefined, narrow: Narrow, level?: "village"): Promise<RegionCollection> {
  const query = { parent, level, flow: narrow.flow, from: narrow.from, to: narrow.to };
  return body(api.GET("/api/map/regions", { params: { query } }));
}

export async function loadMatters(region: string | undefined, narrow: Narrow, most: number, cursor: string | null): Promise<{ items: Listed[]; next: string | null }> {
  const query = {
    region, flow: narrow.flow, most,
    received_from: narrow.from, received_to: narrow.to,
    ...(narrow.ended ? {} : { open: true }),
    ...(narrow.late ? { late: true } : {}),
    ...(cursor ? { cursor } : {}),
  };
  const got = await body(api.GET("/api/matters", { params: { query } }));
  return { items: got.items, next: got.next ?? null };
}

/** The address of a layer's tiles, as MapLibre fills it in. */
export function tilesOf(layer: "matters" | "things" | "leaders", given: Record<string, string | boolean | undefined>): string {
  const query = new URLSearchParams(Object.entries(given).flatMap(([name, value]) => (value === undefined || value === false || value === "" ? [] : [[name, String(value)]])));
  const text = query.toString();
  return `${location.origin}/api/map/tiles/${layer}/{z}/{x}/{y}${text ? `?${text}` : ""}`;
}

/** How many digits of a code say something at each level, from the county down to the neighbourhood. */
const STEMS = [6, 9, 12, 15, 19];

/** The codes of a region and of all that it lies in, the county first. */
export function ancestors(code: string): string[] {
  const own = STEMS.findIndex((n) => /^0*$/.test(code.slice(n)));
  return STEMS.slice(0, own + 1).map((n) => code.slice(0, n).padEnd(code.length, "0"));
}

/** A region's name by its code. */
export async function nameOf(code: string): Promise<string> {
  const found = await body(api.GET("/api/regions", { params: { query: { q: code } } }));
  return found.find((r) => r.code === code)?.name ?? code;
}

/** A village's name without that of its township before it, where both stand side by side. */
export const shortName = (name: string, parent: string): string => (name.length > parent.length && name.startsWith(parent) ? name.slice(parent.length) : name);
