// Figures as the page shows them: what the packs declare, what it is now, what it was a year before.

import { api, body, type Schemas } from "@/api/client";
import { refusalOf } from "@/api/problem";
import { leadUp, yearBefore, type Days, type Every } from "./windows";

export type Figure = Schemas["Figure"];
export type Indicator = Schemas["IndicatorShown"];
export type Point = Schemas["Point"];
export type Ranked = Schemas["RankedShown"];
export type Which = "cases" | "hits" | "misses" | "outs" | "mutes";

/** A declared formula; the OpenAPI document leaves its body open. */
export interface Formula { of?: string; hit?: string; value?: string; out?: string | null; window?: string[]; parts?: { of: string | { pack: string; id: string }; weight: number }[] }
export type FormulaKind = "share" | "count" | "mean" | "sum";

export interface Now {
  id: string;
  pack: string;
  declared: Indicator;
  figure: Figure;
}
export interface Shown extends Now { before: Figure }

export interface Narrow { region?: string; only?: string }

export function formulaOf(declared: Indicator): { kind: FormulaKind; formula: Formula } {
  const [kind, formula] = Object.entries(declared.figure)[0] ?? ["count", {}];
  return { kind: kind as FormulaKind, formula: formula as Formula };
}

/** What it counts against somebody: fewer of it are better. */
const UNWELCOME = /\b(returns|repeated|reopened|late)\b/;

export const bestOf = (declared: Indicator): "high" | "low" => (UNWELCOME.test(formulaOf(declared).formula.hit ?? "") ? "low" : "high");

const forbidden = (error: unknown): null => {
  const refusal = refusalOf(error);
  if (refusal.status === 403 || refusal.status === 404) return null;
  throw refusal;
};

function figure(indicator: string, days: Days, narrow: Narrow): Promise<Figure | null> {
  return body(api.GET("/api/figures/{indicator}", { params: { path: { indicator }, query: { ...days, ...narrow } } })).then((got) => got.figure, forbidden);
}

export const loadDeclared = (): Promise<Indicator[]> => body(api.GET("/api/indicators"));

/** As they stand now alone: of each figure that this reader may see. */
export async function loadNow(declared: Indicator[], days: Days): Promise<Now[]> {
  const asked = declared.map(async (d): Promise<Now | null> => {
    const now = await figure(d.indicator, days, {});
    return now ? { id: d.indicator, pack: d.indicator.split(".")[0] ?? "", declared: d, figure: now } : null;
  });
  return (await Promise.all(asked)).filter((shown) => shown !== null);
}

/** Every declared figure that this reader may see; the pack that declares most of what was counted comes first. */
export async function loadAll(days: Days, narrow: Narrow): Promise<Shown[]> {
  const declared = await loadDeclared();
  const asked = declared.map(async (d): Promise<Shown | null> => {
    const [now, before] = await Promise.all([figure(d.indicator, days, narrow), figure(d.indicator, yearBefore(days), narrow)]);
    return now && before ? { id: d.indicator, pack: d.indicator.split(".")[0] ?? "", declared: d, figure: now, before } : null;
  });
  return (await Promise.all(asked)).filter((shown) => shown !== null);
}

/** By pack: those where something was counted before those where nothing was, of these the longer first. */
export function grouped<S extends Now>(all: S[]): { pack: string; all: S[] }[] {
  const packs = new Map<string, S[]>();
  for (const one of all) packs.set(one.pack, [...(packs.get(one.pack) ?? []), one]);
  const weight = (group: S[]): number => group.length + (group.some((one) => one.figure.cases > 0) ? 1000 : 0);
  return [...packs].map(([pack, group]) => ({ pack, all: group })).sort((a, b) => weight(b.all) - weight(a.all));
}

export async function loadTrend(indicator: string, days: Days, narrow: Narrow): Promise<{ every: Every; points: Point[] }> {
  const { every, days: over } = leadUp(days);
  const points = await body(api.GET("/api/figures/{indicator}/trend", { params: { path: { indicator }, query: { ...over, every, ...narrow } } }));
  return { every, points };
}

export async function loadRanking(indicator: string, by: string, days: Days, region: string | undefined, best: "high" | "low"): Promise<Ranked[]> {
  const query = { ...days, best, ...(region ? { region } : {}) };
  return (await body(api.GET("/api/figures/{indicator}/by/{by}", { params: { path: { indicator, by }, query } }))).rows;
}

/** Narrowed to one line of a ranking. */
export const narrowTo = (by: string, key: string): Narrow => (["category", "unit", "handler"].includes(by) ? { only: `${by}:${key}` } : { region: key });

export interface Scale { from: number; to: number; at: (value: number) => number; shown: (value: number) => string }

/** The scale that dots stand on: cut to tens around what is shown, and never a scale without length. Positions in per cent. */
export function scaleOf(values: number[], share: boolean): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const step = share ? 0.1 : 10 ** Math.floor(Math.log10(Math.max(1, high)));
  let from = Math.max(0, Math.floor(low / step + 1e-9) * step);
  let to = Math.ceil(high / step - 1e-9) * step;
  if (share) to = Math.min(1, to);
  if (to - from < step) {
    if (share && to >= 1) from = to - step;
    else to = from + step;
  }
  const at = (value: number): number => ((value - from) / (to - from)) * 100;
  const shown = (value: number): string => (share ? `${Math.round(value * 100)} %` : String(Math.round(value * 100) / 100));
  return { from, to, at, shown };
}

/** A difference of two shares in points of a hundred, of two numbers in their own unit; signed, with a true minus. */
export function difference(now: Figure, before: Figure): { share: boolean; text: string } | null {
  if (typeof now.value !== "number" || typeof before.value !== "number" || now.kind !== before.kind) return null;
  const share = now.kind === "share";
  const n = share ? Math.round((now.value - before.value) * 1000) / 10 : Math.round((now.value - before.value) * 100) / 100;
  return { share, text: `${n < 0 ? "−" : n > 0 ? "+" : "±"}${Math.abs(n)}` };
}
