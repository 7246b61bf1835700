// Names of regions by their codes: asked for once, kept for the page.

import { reactive } from "vue";
import { api, body } from "@/api/client";

const names = reactive(new Map<string, string>());
const asked = new Set<string>();

/** The codes above one: county, township, village, group. */
export function above(code: string): string[] {
  return [9, 12, 15, 19].map((n) => code.slice(0, n).padEnd(19, "0")).filter((c, i, all) => all.indexOf(c) === i && !/^0+$/.test(c.slice(6)));
}

/** What a page draws at once is asked for at once. */
const wanted = new Set<string>();
const MOST = 200;

function ask(code: string): void {
  if (asked.has(code)) return;
  asked.add(code);
  if (wanted.size === 0) queueMicrotask(() => void askAll());
  wanted.add(code);
}

async function askAll(): Promise<void> {
  const all = [...wanted];
  wanted.clear();
  for (let i = 0; i < all.length; i += MOST) {
    const found = await body(api.GET("/api/regions", { params: { query: { codes: all.slice(i, i + MOST).join(",") } } })).catch(() => []);
    // What has ended comes last: a name of today stays.
    for (const r of found) if (!r.ended || !names.has(r.code)) names.set(r.code, r.name);
  }
}

/** 笔架山乡新崇安村: from the township down; the code until the names are there. */
export function regionName(code: string): string {
  const path = above(code);
  for (const c of path) ask(c);
  if (path.length === 0) {
    ask(code);
    return names.get(code) ?? code;
  }
  const found = path.map((c) => names.get(c));
  return found.every(Boolean) ? found.join("") : code;
}

/** After a change: the name is asked for anew. */
export function forget(code: string): void {
  asked.delete(code);
  names.delete(code);
}

/** 新崇安村: without what stands above it. */
export const ownName = (code: string): string => names.get(code) ?? "";
