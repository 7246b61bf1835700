// What happened, line by line, as people say it.

import type { Happened, Matter } from "@/api/client";
import { flows } from "@/shared/declared";
import { known, say, t } from "@/shared/words";

/** The move by its declared name; what the engine does by ours. */
export function eventName(e: Happened, m: Matter): string {
  const facts = e.facts as { from?: string; move?: string };
  if (facts.from && facts.move) {
    const move = flows.value.get(m.flow)?.steps[facts.from]?.moves[facts.move];
    if (move) return say(move.name);
  }
  const word = known(`story.${e.kind.replace("matter.", "")}`);
  return t(word ?? "story.other");
}

/** What was written on that occasion: the answer, the words, the reason. */
export function saidIn(e: Happened): string {
  const words = e.words as Record<string, unknown>;
  return ["answer", "words", "minutes", "reason", "note", "opinion"].map((k) => words[k]).filter((v): v is string => typeof v === "string" && v !== "").join("\n");
}
