import type { Happened } from "@/api/client";
import { ms } from "./time";

/** Nearer than this nobody asks which of the two it was. */
const APART = 5 * 60_000;

/** When it was done, where that was a good while before it came in: on a telephone without a network. */
export function doneAt(e: Happened): number | null {
  const facts = e.facts as { done_at?: string; told_at?: string };
  const told = facts.done_at ?? facts.told_at;
  return told && ms(e.at) - ms(told) > APART ? ms(told) : null;
}
