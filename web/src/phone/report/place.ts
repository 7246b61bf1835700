// Where it is: a region of the county, and if wanted a point and some words. Villages are kept on the phone for where there is no network.

import { ref } from "vue";
import { api, body, type Schemas } from "@/api/client";
import { me } from "@/shared/session";
import { askOrKept, keep, kept } from "../kept/copies";

export interface Place { region: string; name: string; words: string; point: [number, number] | null }
export interface Region { code: string; name: string; town: string }

const LAST = "place.last";

/** Where the last report was, else the household. */
export async function usual(): Promise<Place | null> {
  const last = await kept<Place>(LAST);
  if (last) return { ...last, words: "", point: null };
  const home = me.value?.region;
  if (!home) return null;
  return { region: home, name: await nameOf(home), words: "", point: null };
}

export const remember = (place: Place): Promise<void> => keep(LAST, { ...place, words: "", point: null });

const find = (query: { under?: string; q?: string }): Promise<Schemas["RegionShown"][]> => body(api.GET("/api/regions", { params: { query } }));

export const under = async (code: string): Promise<Schemas["RegionShown"][]> => (await askOrKept(`regions.${code}`, () => find({ under: code }))).value;

const LEVELS = [6, 9, 12, 15, 19];
/** The codes of the regions that hold this one, from the town down, itself last. */
export function path(code: string): string[] {
  return LEVELS.slice(1).map((n) => code.slice(0, n).padEnd(19, "0")).filter((c, i, all) => c !== all[i - 1] && !/^0*$/.test(c.slice(LEVELS[i] as number)));
}

/** As people say it: the village, the group, the neighbours. */
export async function nameOf(code: string): Promise<string> {
  const names = await Promise.all(path(code).slice(1).map(async (c) => (await askOrKept(`region.${c}`, () => find({ q: c }))).value.find((r) => r.code === c)?.name ?? ""));
  return names.join("");
}

const VILLAGES = "regions.villages";
export const villages = ref<Region[]>([]);
let asked: Promise<void> | null = null;

/** All villages of the county, once; from the phone's memory first. */
export function loadVillages(): Promise<void> {
  asked ??= (async () => {
    villages.value = (await kept<Region[]>(VILLAGES)) ?? [];
    const county = (await askOrKept("regions.county", () => find({}))).value[0];
    if (!county) return;
    const found: Region[] = [];
    for (const town of await under(county.code)) {
      for (const village of await under(town.code)) found.push({ code: village.code, name: village.name, town: town.name });
      if (villages.value.length < found.length) villages.value = [...found];
    }
    villages.value = found;
    await keep(VILLAGES, found);
  })().catch(() => void (asked = null));
  return asked;
}

/** Where the phone is, longitude first; null where it does not know or may not say. */
export function here(): Promise<[number, number] | null> {
  return new Promise((done) => {
    if (!("geolocation" in navigator)) return done(null);
    const round = (n: number): number => Math.round(n * 1e6) / 1e6;
    navigator.geolocation.getCurrentPosition((at) => done([round(at.coords.longitude), round(at.coords.latitude)]), () => done(null), { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 });
  });
}
