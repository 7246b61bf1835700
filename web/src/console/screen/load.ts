// What the command screen shows, each part with the window that it is counted over.

import { api, body, type Listed, type Schemas } from "@/api/client";
import { refusalOf } from "@/api/problem";
import { midnight } from "@/shared/time";
import { formulaOf, grouped, loadDeclared, loadNow, loadRanking, loadTrend, type Figure, type Now, type Point, type Ranked } from "../figures/figures";
import { daysOf, type Days } from "../figures/windows";
import { loadRegions, type RegionCollection, type RegionOnMap } from "../map/places";

const DAY = 86_400_000;
const ANY = { late: false, ended: false };

export type Asked = { ids?: string; open?: boolean; late?: boolean; region?: string; received_from?: string; received_to?: string; closed_from?: string; closed_to?: string };

async function countOf(query: Asked): Promise<Schemas["Counted"]> {
  return body(api.GET("/api/matters/count", { params: { query } }));
}

export interface Today {
  came: Schemas["Counted"];
  cameQuery: Asked;
  /** Up to this time of day yesterday. */
  before: Schemas["Counted"];
  closed: Schemas["Counted"];
  closedQuery: Asked;
  closedBefore: Schemas["Counted"];
  /** The one that has waited longest past its deadline. */
  longest: Listed | null;
}

export async function loadToday(now: number): Promise<Today> {
  const start = midnight(now);
  const at = (moment: number): string => new Date(moment).toISOString();
  const cameQuery = { received_from: at(start) };
  const closedQuery = { open: false, closed_from: at(start) };
  const [came, before, closed, closedBefore, late] = await Promise.all([
    countOf(cameQuery),
    countOf({ received_from: at(start - DAY), received_to: at(now - DAY) }),
    countOf(closedQuery),
    countOf({ open: false, closed_from: at(start - DAY), closed_to: at(now - DAY) }),
    body(api.GET("/api/matters", { params: { query: { open: true, late: true, most: 1 } } })),
  ]);
  return { came, cameQuery, before, closed, closedQuery, closedBefore, longest: late.items[0] ?? null };
}

/** The last thirty days, today in it. */
export const lately = (now: number): Days => ({ from: daysOf("month", now - 29 * DAY, { from: "", to: "" }).to, to: daysOf("month", now, { from: "", to: "" }).to });

export interface Rates {
  /** Figures of the last thirty days; of these the five below the map. */
  five: Now[];
  /** What is due: the rate by township, and what of it is due today. */
  due: Now | null;
  dueToday: Figure | null;
  today: Days;
  ranked: Ranked[];
  days: Days;
  /** Of the lowest: what those that were not done in time were about, the most frequent first. */
  behind: Map<string, { category: Schemas["Words"] | null; n: number }[]>;
  /** How many came, day by day. */
  came: Point[];
  cameOf: Now | null;
}

const windowOf = (shown: Now): string => (formulaOf(shown.declared).formula.window ?? []).join();
const LOWEST = 2;

export async function loadRates(now: number): Promise<Rates> {
  const days = lately(now);
  const today = { from: days.to, to: days.to };
  const groups = grouped(await loadNow(await loadDeclared(), days));
  const ordered = groups.flatMap((g) => g.all);
  const due = ordered.find((s) => windowOf(s) === "due_at" && s.declared.by.includes("township")) ?? ordered.find((s) => windowOf(s) === "due_at") ?? null;
  const cameOf = ordered.find((s) => windowOf(s) === "received_at" && s.figure.cases > 0) ?? null;
  const [ranked, came, dueToday] = await Promise.all([
    due?.declared.by.includes("township") ? loadRanking(due.id, "township", days, undefined, "high") : [],
    cameOf ? loadTrend(cameOf.id, days, {}).then((t) => t.points) : [],
    due ? body(api.GET("/api/figures/{indicator}", { params: { path: { indicator: due.id }, query: today } })).then((f) => f.figure) : null,
  ]);
  // By their value: which is lowest is what a line on a scale says.
  const placed = ranked.filter((r) => typeof r.figure.value === "number").sort((a, b) => (b.figure.value ?? 0) - (a.figure.value ?? 0) || b.figure.cases - a.figure.cases);
  const rest = ranked.filter((r) => typeof r.figure.value !== "number");
  const low = placed.slice(-LOWEST).filter((r) => (r.figure.value ?? 1) < 1);
  const behind = new Map(await Promise.all(low.map(async (r) => [r.key, due ? await misses(due.id, days, r.key) : []] as const)));
  const five = [...ordered.filter((s) => typeof s.figure.value === "number"), ...ordered.filter((s) => typeof s.figure.value !== "number")].slice(0, 5);
  return { five, due, dueToday, today, ranked: [...placed, ...rest], days, behind, came, cameOf };
}

async function misses(indicator: string, days: Days, region: string): Promise<{ category: Schemas["Words"] | null; n: number }[]> {
  const query = { ...days, region, which: "misses" as const, most: 200 };
  const { items } = await body(api.GET("/api/figures/{indicator}/matters", { params: { path: { indicator }, query } }));
  const counted = new Map<string, { category: Schemas["Words"] | null; n: number }>();
  for (const row of items) {
    const one = counted.get(row.category ?? "") ?? { category: row.category_name ?? null, n: 0 };
    counted.set(row.category ?? "", { ...one, n: one.n + 1 });
  }
  return [...counted.values()].sort((a, b) => b.n - a.n);
}

export interface Places { county: RegionCollection["parent"]; towns: RegionOnMap[]; villages: RegionOnMap[] }

export async function loadPlaces(): Promise<Places> {
  const [county, all] = await Promise.all([loadRegions(undefined, ANY), loadRegions(undefined, ANY, "village")]);
  const own = (found: RegionCollection): RegionOnMap[] => found.features.map((f) => f.properties);
  return { county: county.parent, towns: own(county), villages: own(all) };
}

/** What concerns life, as the flow declares it, and nobody has in hand yet: the oldest first. */
export const loadAlarms = (): Promise<Listed[]> => body(api.GET("/api/matters/alarms"));

/** As much of a matter as one line tells. */
type Told = Pick<Listed, "id" | "flow" | "region" | "region_name" | "title" | "received_at">;
export interface Happening { key: string; at: string; matter: Told; last: Schemas["Happened"] | null; }

/** A matter, which may be known already, with what happened to it last; none where it is not for this reader. */
export async function happening(id: string, known?: Told): Promise<Happening | null> {
  const path = { matter: id };
  try {
    const [matter, timeline] = await Promise.all([known ?? body(api.GET("/api/matters/{matter}", { params: { path } })), body(api.GET("/api/matters/{matter}/timeline", { params: { path } }))]);
    const last = timeline.at(-1) ?? null;
    return { key: `${id}/${last?.at ?? ""}`, at: last?.at ?? matter.received_at, matter, last };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal.status === 403 || refusal.status === 404) return null;
    throw refusal;
  }
}

/** All that came since then. Lists are by deadline, so the newest are known when every page has been read. */
async function cameSince(from: number): Promise<Listed[]> {
  const all: Listed[] = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const query = { received_from: new Date(from).toISOString(), most: 200, ...(cursor ? { cursor } : {}) };
    const page = await body(api.GET("/api/matters", { params: { query } }));
    all.push(...page.items);
    cursor = page.next ?? undefined;
    more = cursor !== undefined;
  }
  return all;
}

/** The newest that came today, so that the list is not empty before something happens: of the last half hour, or of longer where those are too few. */
export async function loadNewest(now: number, most: number): Promise<Happening[]> {
  const start = midnight(now);
  let from = now;
  let came: Listed[] = [];
  for (let span = 30 * 60_000; came.length < most && from > start; span *= 4) {
    from = Math.max(start, now - span);
    came = await cameSince(from);
  }
  const newest = came.sort((a, b) => b.received_at.localeCompare(a.received_at)).slice(0, most);
  const found = await Promise.all(newest.map((m) => happening(m.id, m)));
  return found.filter((h) => h !== null).sort((a, b) => b.at.localeCompare(a.at));
}

export const loadHot = (): Promise<Schemas["HotIssues"]> => body(api.GET("/api/hot-issues", { params: { query: { days: 7, most: 4 } } }));

type OnDuty = Schemas["OnDuty"];
export interface Duty { county: OnDuty[]; towns: { name: string; duty: OnDuty | null }[] }

/** Who is on duty: the county's own seats, and each town's with its telephone. */
export async function loadDuty(county: string, towns: RegionOnMap[]): Promise<Duty> {
  const all = await body(api.GET("/api/seats/on-duty", { params: { query: { region: county } } }));
  return { county: all.filter((d) => d.seat.region === county), towns: towns.map((town) => ({ name: town.name, duty: all.find((d) => d.seat.region === town.code) ?? null })) };
}
