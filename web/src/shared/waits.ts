// Something that is being fetched: what came, what went wrong, and whether to show that it takes long.

import { ref, shallowRef, type Ref, type ShallowRef } from "vue";
import { refusalOf, type Refusal } from "@/api/problem";

/** Nothing moves before this; a fast answer shows no skeleton. */
const PATIENCE = 300;

export interface Fetched<T> {
  value: ShallowRef<T | null>;
  refusal: ShallowRef<Refusal | null>;
  slow: Ref<boolean>;
  /** Fetches anew; only the last asked counts. */
  load: () => Promise<void>;
}

export function fetched<T>(get: () => Promise<T>): Fetched<T> {
  const value = shallowRef<T | null>(null);
  const refusal = shallowRef<Refusal | null>(null);
  const slow = ref(false);
  let turn = 0;
  async function load(): Promise<void> {
    const mine = ++turn;
    const timer = setTimeout(() => (slow.value = mine === turn), PATIENCE);
    try {
      const got = await get();
      if (mine !== turn) return;
      value.value = got;
      refusal.value = null;
    } catch (error) {
      if (mine === turn) refusal.value = refusalOf(error);
    } finally {
      clearTimeout(timer);
      if (mine === turn) slow.value = false;
    }
  }
  return { value, refusal, slow, load };
}
