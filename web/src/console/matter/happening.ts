// One entry of the timeline as people say it.

import type { Happened, Matter } from "@/api/client";
import { endName, flows, stepName } from "@/shared/declared";
import { known, say, t, type Word } from "@/shared/words";

export interface Told { what: string; words: string[]; tone: "ok" | "news" | "soon" | "late" | "meet" | "none" }

const TONES: Record<string, Told["tone"]> = {
  opened: "none", late: "late", task_late: "late", refused: "late", returned: "soon", pressed: "soon", paused: "soon", pause_asked: "soon",
  task: "meet", came_back: "meet", closed: "ok", taken: "news", added: "news", categorised: "soon",
};

export function told(m: Matter, entry: Happened): Told {
  const facts = entry.facts as Record<string, unknown>;
  const fact = (name: string): string => (typeof facts[name] === "string" ? facts[name] : "");
  const kind = entry.kind.replace(/^matter\./, "");
  const word: Word = known(`what.${kind}`) ?? "what.other";
  return { what: what(), words: wordsOf(entry), tone: TONES[kind] ?? (kind === "moved" ? tone() : "none") };

  function what(): string {
    const flow = flows.value.get(m.flow);
    if (kind === "moved") {
      const move = say(flow?.steps[fact("from")]?.moves[fact("move")]?.name) || t("what.other");
      return fact("from") === fact("step") ? move : t("what.moved", { move, step: stepName(m.flow, fact("step")) });
    }
    if (kind === "opened") return t(facts.for_another ? "what.opened.for" : "what.opened");
    if (kind === "late") {
      const step = stepName(m.flow, fact("step"));
      return t(facts.card === 2 ? "what.late.card2" : facts.card === 1 ? "what.late.card1" : "what.late", { step });
    }
    if (kind === "closed" && fact("ended_as") && fact("ended_as") !== "done") return t("what.closed.as", { how: endName(m.flow, fact("ended_as")) });
    if (kind === "categorised") return t("what.categorised", { category: say(flow?.category?.list.entries[fact("category")]?.name) || fact("category") });
    return t(word, { how: endName(m.flow, fact("what")), step: stepName(m.flow, fact("step")) });
  }

  function tone(): Told["tone"] {
    const flow = flows.value.get(m.flow);
    if (flow?.steps[fact("from")]?.moves[fact("move")]?.resolves) return "ok";
    return "news";
  }
}

/** Texts that were written; the report's own words stand above, in large. */
function wordsOf(entry: Happened): string[] {
  if (entry.kind === "matter.opened") return [];
  return Object.values(entry.words as Record<string, unknown>).flatMap((value) => {
    if (value === null) return [t("matter.erased")];
    return typeof value === "string" && value ? [value] : [];
  });
}
