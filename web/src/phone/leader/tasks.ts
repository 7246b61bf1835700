// What waits for my seats, each with all that is needed to deal with it where there is no network.

import { api, body, type Listed, type Matter } from "@/api/client";
import { me } from "@/shared/session";
import { askOrKept, copied } from "../kept/copies";
import { matter } from "../resident/mine";

const MOST = 30;
const WHOLE = 12;

export interface Tasks { items: Listed[]; details: Record<string, Matter> }

export const tasks = () =>
  copied<Tasks>(() => `tasks.${me.value?.account ?? ""}`, async () => {
    const { items } = await body(api.GET("/api/matters", { params: { query: { mine: true, open: true, most: MOST } } }));
    const whole = await Promise.all(items.slice(0, WHOLE).map((m) => askOrKept(`matter.${m.id}`, () => matter(m.id)).catch(() => null)));
    return { items, details: Object.fromEntries(whole.flatMap((w) => (w ? [[w.value.id, w.value]] : []))) };
  });

export const monthStart = (now: number): string => {
  const day = new Date(now + 8 * 3_600_000).toISOString().slice(0, 8);
  return new Date(`${day}01T00:00:00+08:00`).toISOString();
};
