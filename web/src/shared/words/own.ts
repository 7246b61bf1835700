// The county's own words over the built-in lists. The last ones stay in this browser, so that the first paint has them and a phone
// without a network too; the server is asked beside that, and no page waits for it.

import { watch } from "vue";
import { Refusal } from "@/api/problem";
import type { components } from "@/api/schema";
import { onLiveAlways } from "../live";
import { me } from "../session";
import { own } from ".";

type OwnWords = components["schemas"]["OwnWords"];

const KEPT = "shuxiang.words";
/** All open pages hear of a change in the same moment; they ask within this, in milliseconds. */
const SPREAD = 1500;

let tag = "";
let asked = 0;
let laid = 0;

/** Texts alone: what was kept may be of another version, or spoilt. */
const texts = (list: unknown): Record<string, string> => Object.fromEntries(Object.entries(list ?? {}).filter((e): e is [string, string] => typeof e[1] === "string"));

function layOver(words: Partial<OwnWords> | null | undefined): void {
  own.value = { zh: texts(words?.zh), en: texts(words?.en) };
}

/** Asks the server; throws a `Refusal` where it does not answer. */
export async function loadOwnWords(): Promise<void> {
  const mine = ++asked;
  const response = await fetch("/api/words", { headers: tag ? { "If-None-Match": tag } : {}, credentials: "same-origin" }).catch(() => null);
  if (!response) throw Refusal.unreachable();
  if (response.status === 304) return;
  if (!response.ok) throw await Refusal.of(response);
  const words = (await response.json()) as OwnWords;
  // An answer that was overtaken by a later one is old.
  if (mine < laid) return;
  laid = mine;
  layOver(words);
  tag = response.headers.get("ETag") ?? "";
  localStorage.setItem(KEPT, JSON.stringify({ tag, words }));
}

const ask = (): void => void loadOwnWords().catch(() => undefined);

/** `known` settles when the page has learnt who is signed in. The first question goes beside that, under the same cookie: it is not asked again then. */
export function startOwnWords(known: Promise<unknown>): void {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null") as { tag: string; words: OwnWords } | null;
    layOver(kept?.words);
    tag = kept?.tag ?? "";
  } catch {
    // Spoilt: the server has them.
  }
  ask();
  // Which county it is depends on who asks: another account later asks anew.
  const follow = (): void => void watch(() => me.value?.account, ask);
  known.then(follow, follow);
  onLiveAlways((event) => event.kind === "words.changed" && setTimeout(ask, Math.random() * SPREAD));
  // Who is not signed in has no live events.
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask());
}
