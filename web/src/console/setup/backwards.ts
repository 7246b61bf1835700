// A record that is read from its newest entry back, a page at a time.

import { ref, shallowRef, type Ref, type ShallowRef } from "vue";
import { refusalOf, type Refusal } from "@/api/problem";

const PAGE = 30;

export interface Backwards<T> {
  entries: ShallowRef<T[]>;
  refusal: ShallowRef<Refusal | null>;
  busy: Ref<boolean>;
  /** Whether there may be older ones. */
  more: Ref<boolean>;
  /** From the newest on. */
  load: () => Promise<void>;
  /** What came before the last shown. */
  back: () => Promise<void>;
}

export function backwards<T extends { seq: number }>(get: (query: { before?: number; most: number }) => Promise<T[]>): Backwards<T> {
  const entries = shallowRef<T[]>([]);
  const refusal = shallowRef<Refusal | null>(null);
  const [busy, more] = [ref(false), ref(false)];
  async function read(kept: T[]): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    try {
      const before = kept.at(-1)?.seq;
      const page = await get({ most: PAGE, ...(before === undefined ? {} : { before }) });
      entries.value = [...kept, ...page];
      more.value = page.length === PAGE;
      refusal.value = null;
    } catch (error) {
      refusal.value = refusalOf(error);
    } finally {
      busy.value = false;
    }
  }
  return { entries, refusal, busy, more, load: () => read([]), back: () => read(entries.value) };
}
