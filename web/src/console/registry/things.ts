// One page of the register after another, by what the address says.

import { ref, shallowRef } from "vue";
import { api, body } from "@/api/client";
import { refusalOf, type Refusal } from "@/api/problem";
import type { Thing } from "./kinds";

const PAGE = 60;

export interface Ask { kind: string; region?: string; q?: string; where?: string; sort?: string }

export function useThings() {
  const rows = shallowRef<Thing[] | null>(null);
  const refusal = shallowRef<Refusal | null>(null);
  const slow = ref(false);
  const next = ref<string | null>(null);
  let asked: Ask | null = null;
  let turn = 0;
  let fetching = false;

  async function open(ask: Ask): Promise<void> {
    asked = ask;
    const mine = ++turn;
    const timer = setTimeout(() => (slow.value = mine === turn), 300);
    try {
      const got = await body(api.GET("/api/things", { params: { query: { ...ask, most: PAGE } } }));
      if (mine !== turn) return;
      [rows.value, next.value, refusal.value] = [got.items, got.next ?? null, null];
    } catch (error) {
      if (mine === turn) refusal.value = refusalOf(error);
    } finally {
      clearTimeout(timer);
      if (mine === turn) slow.value = false;
    }
  }

  async function more(): Promise<void> {
    if (!asked || !next.value || fetching) return;
    const mine = turn;
    fetching = true;
    try {
      const got = await body(api.GET("/api/things", { params: { query: { ...asked, most: PAGE, cursor: next.value } } }));
      if (mine !== turn) return;
      rows.value = [...(rows.value ?? []), ...got.items];
      next.value = got.next ?? null;
    } catch (error) {
      refusal.value = refusalOf(error);
    } finally {
      fetching = false;
    }
  }

  const clear = (): void => void (rows.value = null);
  return { rows, refusal, slow, next, open, more, clear };
}
