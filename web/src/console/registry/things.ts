// The register by what the address says, one page after another.

import { computed, shallowRef } from "vue";
import { api, body } from "@/api/client";
import { paged, type Page } from "@/shared/paged";
import type { Thing } from "./kinds";

const PAGE = 60;

export interface Ask { kind: string; region?: string; q?: string; where?: string; sort?: string }

export function useThings() {
  const asked = shallowRef<Ask | null>(null);
  const list = paged<Page<Thing>>(async (from) => (asked.value ? body(api.GET("/api/things", { params: { query: { ...asked.value, most: PAGE, ...from } } })) : { items: [] }));

  /** What stands, stays until the answer has come, where it is the same kind. */
  async function open(ask: Ask): Promise<void> {
    const another = asked.value?.kind !== ask.kind;
    asked.value = ask;
    await (another ? list.anew() : list.load());
  }
  return { rows: list.rows, refusal: computed(() => list.refusal.value ?? list.failed.value), slow: list.slow, more: list.more, open, further: list.further };
}
