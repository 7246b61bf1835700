// The list of the desk: pages by cursor, kept fresh by live events, grouped by time left.

import { computed, ref, shallowRef } from "vue";
import { api, body, type Listed } from "@/api/client";
import { refusalOf, type Refusal } from "@/api/problem";
import { now } from "@/shared/now";
import { groupOf, ms, type Group } from "@/shared/time";
import { filterOf, type Narrow, type Tab } from "./counts";

const PAGE = 50;
const MOST = 200;

export type Line = { key: string; group: Group | "ended"; n: number } | { key: string; row: Listed; fresh: boolean };

async function page(tab: Tab, narrow: Narrow, most: number, cursor: string | null): Promise<{ items: Listed[]; next: string | null }> {
  const query = { ...filterOf(tab), ...narrow, most, ...(cursor ? { cursor } : {}) };
  const got = await body(api.GET("/api/matters", { params: { query } }));
  return { items: got.items, next: got.next ?? null };
}

export function useList() {
  const rows = shallowRef<Listed[] | null>(null);
  const refusal = shallowRef<Refusal | null>(null);
  const slow = ref(false);
  const fresh = shallowRef<Set<string>>(new Set());
  let next: string | null = null;
  let turn = 0;
  let fetching = false;
  let asked: { tab: Tab; narrow: Narrow } | null = null;

  async function open(tab: Tab, narrow: Narrow): Promise<void> {
    asked = { tab, narrow };
    rows.value = null;
    await fetch(PAGE);
  }

  /** Again from the top, as many as are shown, at most one page of the API. */
  async function refresh(): Promise<void> {
    await fetch(Math.min(MOST, Math.max(PAGE, rows.value?.length ?? 0)));
  }

  async function fetch(most: number): Promise<void> {
    if (!asked) return;
    const mine = ++turn;
    const timer = setTimeout(() => (slow.value = mine === turn), 300);
    try {
      const before = new Map(rows.value?.map((r) => [r.id, r.due]));
      const got = await page(asked.tab, asked.narrow, most, null);
      if (mine !== turn) return;
      fresh.value = before.size > 0 ? new Set(got.items.filter((r) => before.get(r.id) !== r.due).map((r) => r.id)) : new Set();
      // Who has scrolled far keeps what lies beyond the page that was fetched anew.
      const beyond = got.next ? (rows.value ?? []).slice(most) : [];
      const here = new Set(got.items.map((r) => r.id));
      rows.value = beyond.length > 0 ? [...got.items, ...beyond.filter((r) => !here.has(r.id))] : got.items;
      if (beyond.length === 0) next = got.next;
      refusal.value = null;
    } catch (error) {
      if (mine === turn) refusal.value = refusalOf(error);
    } finally {
      clearTimeout(timer);
      if (mine === turn) slow.value = false;
    }
  }

  async function more(): Promise<void> {
    if (!asked || !next || fetching || !rows.value) return;
    const mine = turn;
    fetching = true;
    try {
      const got = await page(asked.tab, asked.narrow, PAGE, next);
      if (mine !== turn) return;
      const known = new Set(rows.value.map((r) => r.id));
      rows.value = [...rows.value, ...got.items.filter((r) => !known.has(r.id))];
      next = got.next;
    } catch (error) {
      refusal.value = refusalOf(error);
    } finally {
      fetching = false;
    }
  }

  const lines = computed<Line[]>(() => {
    const groups = new Map<Group | "ended", Listed[]>();
    for (const row of rows.value ?? []) {
      const group = row.open ? groupOf(ms(row.due), now.value) : "ended";
      const members = groups.get(group);
      if (members) members.push(row);
      else groups.set(group, [row]);
    }
    return [...groups].flatMap(([group, members]): Line[] => [
      { key: group, group, n: members.length },
      ...members.map((row) => ({ key: row.id, row, fresh: fresh.value.has(row.id) })),
    ]);
  });

  /** Whether a group's number is whole: the last one goes on beyond what was fetched. */
  const whole = (group: string): boolean => next === null || lines.value.findLast((l) => "group" in l)?.key !== group;

  return { rows, lines, refusal, slow, whole, open, refresh, more };
}
