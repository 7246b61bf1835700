// Answers of the server that a page wants to show without a network too: kept here by the page itself, never by the worker.

import { ref, shallowRef, type Ref, type ShallowRef } from "vue";
import { refusalOf, type Refusal } from "@/api/problem";
import * as db from "./db";
import { heard } from "./net";

const PATIENCE = 300;

interface Copy<T> { path: string; at: number; value: T }

export interface Copied<T> {
  value: ShallowRef<T | null>;
  refusal: ShallowRef<Refusal | null>;
  slow: Ref<boolean>;
  /** When it was copied, where it comes from the copy; null where it is the server's of now. */
  since: Ref<number | null>;
  load: () => Promise<void>;
}

export async function keep(path: string, value: unknown): Promise<void> {
  await db.put("copy", { path, at: Date.now(), value: JSON.parse(JSON.stringify(value)) as unknown });
}

export const kept = async <T>(path: string): Promise<T | null> => (await db.get<Copy<T>>("copy", path))?.value ?? null;

/** The server's answer; where it cannot be reached, the copy. */
export async function askOrKept<T>(path: string, get: () => Promise<T>): Promise<{ value: T; since: number | null }> {
  try {
    const value = await get();
    heard(true);
    await keep(path, value);
    return { value, since: null };
  } catch (error) {
    if (refusalOf(error).status !== 0) throw error;
    heard(false);
    const copy = await db.get<Copy<T>>("copy", path);
    if (!copy) throw error;
    return { value: copy.value, since: copy.at };
  }
}

export function copied<T>(path: () => string, get: () => Promise<T>): Copied<T> {
  const value = shallowRef<T | null>(null);
  const refusal = shallowRef<Refusal | null>(null);
  const slow = ref(false);
  const since = ref<number | null>(null);
  let turn = 0;
  async function load(): Promise<void> {
    const mine = ++turn;
    const timer = setTimeout(() => (slow.value = mine === turn), PATIENCE);
    try {
      const got = await askOrKept(path(), get);
      if (mine !== turn) return;
      [value.value, since.value, refusal.value] = [got.value, got.since, null];
    } catch (error) {
      if (mine === turn) refusal.value = refusalOf(error);
    } finally {
      clearTimeout(timer);
      if (mine === turn) slow.value = false;
    }
  }
  return { value, refusal, slow, since, load };
}
