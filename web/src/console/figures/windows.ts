// The days that a figure is counted over: first and last, both in it, in Shanghai's calendar.

import { isoDay } from "@/shared/time";

export interface Days { from: string; to: string }
export type Pick = "month" | "last" | "quarter" | "year" | "own";
export const PICKS: Pick[] = ["month", "last", "quarter", "year", "own"];

const DAY = 86_400_000;
const utc = (day: string): Date => new Date(`${day}T00:00:00Z`);
const day = (at: Date): string => at.toISOString().slice(0, 10);
const first = (year: number, month: number): string => day(new Date(Date.UTC(year, month, 1)));

/** `own` is given back as it is: it has its days already. */
export function daysOf(pick: Pick, now: number, own: Days): Days {
  const to = isoDay(now);
  const [year, month] = [Number(to.slice(0, 4)), Number(to.slice(5, 7)) - 1];
  if (pick === "own") return own;
  if (pick === "last") return { from: first(year, month - 1), to: day(new Date(Date.UTC(year, month, 0))) };
  if (pick === "quarter") return { from: first(year, month - (month % 3)), to };
  if (pick === "year") return { from: `${year}-01-01`, to };
  return { from: first(year, month), to };
}

/** The same days a year before; the 29th of February is compared with the 28th. */
export function yearBefore({ from, to }: Days): Days {
  const back = (text: string): string => `${Number(text.slice(0, 4)) - 1}${text.slice(4) === "-02-29" ? "-02-28" : text.slice(4)}`;
  return { from: back(from), to: back(to) };
}

export type Every = "day" | "month";

/** What leads up to the end of a window: 30 days of a short one, 12 months of a long one. */
export function leadUp({ from, to }: Days): { every: Every; days: Days } {
  const end = utc(to);
  if (end.getTime() - utc(from).getTime() > 31 * DAY) return { every: "month", days: { from: first(end.getUTCFullYear(), end.getUTCMonth() - 11), to } };
  return { every: "day", days: { from: day(new Date(end.getTime() - 29 * DAY)), to } };
}
