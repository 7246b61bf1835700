// A list that comes a page at a time: what has come, whether there is more, what went wrong with the first page or with a further one.

import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from "vue";
import { refusalOf, type Refusal } from "@/api/problem";
import { fetched } from "./waits";

export interface Page<T> { items: T[]; next?: string | null }
/** Part of the query: nothing for the first page. */
export type From = { cursor?: string };

export interface Paged<P extends Page<unknown>> {
  /** All that has come; null before the first page. */
  rows: ComputedRef<P["items"] | null>;
  /** The first page, for what it says beside its rows. */
  first: ShallowRef<P | null>;
  more: ComputedRef<boolean>;
  /** Of the first page. */
  refusal: ShallowRef<Refusal | null>;
  /** Of a further page: what has come stays. */
  failed: ShallowRef<Refusal | null>;
  slow: Ref<boolean>;
  busy: Ref<boolean>;
  /** From the top; what stands, stays until it has come. */
  load: () => Promise<void>;
  /** From the top, and nothing stands meanwhile: it is another list. */
  anew: () => Promise<void>;
  further: () => Promise<void>;
}

export function paged<P extends Page<unknown>>(get: (from: From) => Promise<P>): Paged<P> {
  const { value: first, refusal, slow, load: begin } = fetched(() => get({}));
  const failed = shallowRef<Refusal | null>(null);
  const busy = ref(false);
  /** Pages behind a first one: when that is fetched anew, they are of another list. */
  const behind = shallowRef<{ of: P | null; pages: P[] }>({ of: null, pages: [] });
  const pages = computed<P[]>(() => (first.value ? [first.value, ...(behind.value.of === first.value ? behind.value.pages : [])] : []));
  const rows = computed(() => (first.value ? pages.value.flatMap((page) => page.items) : null));
  const next = computed(() => pages.value.at(-1)?.next ?? null);

  async function load(): Promise<void> {
    failed.value = null;
    await begin();
  }
  async function anew(): Promise<void> {
    [first.value, refusal.value] = [null, null];
    await load();
  }
  async function further(): Promise<void> {
    const [of, cursor] = [first.value, next.value];
    if (!of || !cursor || busy.value) return;
    [busy.value, failed.value] = [true, null];
    try {
      const page = await get({ cursor });
      if (first.value === of) behind.value = { of, pages: [...pages.value.slice(1), page] };
    } catch (error) {
      if (first.value === of) failed.value = refusalOf(error);
    } finally {
      busy.value = false;
    }
  }
  return { rows, first, more: computed(() => next.value !== null), refusal, failed, slow, busy, load, anew, further };
}
