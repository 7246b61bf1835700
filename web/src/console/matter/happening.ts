// One entry of the timeline as people say it.

import type { Happened, Matter } from "@/api/client";
import { endName, flows, stepName } from "@/shared/declared";
import { known, say, t, type Word } from "@/shared/words";

export interface Told { what: string; words: string[]; tone: "ok" | "news" | "soon" | "late" | "meet" | "none" }

const TONES: Record<string, Told["tone"]> = {
  opened: "none", late: "late", task_late: "late", refused: "late", returned: "soon", pressed: "soon", paused: "soon", pause_asked: "soon",
  task: "meet", came_back: "meet", closed: "ok", taken: "news", added: "news", categorised: "soon",
};

export function told(m: Pick<Matter, "flow">, entry: Happened): Told {
  const facts = entry.facts as Record<string, unknown>;
  const fact = (name: string): string => (typeof facts[name] === "string" ? facts[name] : "");
  const kind = entry.kind.replace(/^matter\./, "");
  const word: Word = known(`what.${kind}`) ?? "what.other";
  return { what: what(), words: [...factWords(), ...wordsOf(entry)], tone: TONES[kind] ?? (kind === "moved" ? tone() : "none") };

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

  /** Coded reasons, her verdict and how many files came with it. */
  function factWords(): string[] {
    const flow = flows.value.get(m.flow);
    const found: string[] = [];
    const reason = fact("reason");
    if (reason) {
      const lists = [flow?.clock?.pause?.reasons, ...Object.values(flow?.ends ?? {}).map((end) => end.reasons)];
      const entries = lists.map((list) => list?.entries[reason]).find(Boolean);
      found.push(t("what.reason", { reason: say(entries?.name) || reason }));
    }
    const solved = known(`solved.${fact("solved")}`);
    if (solved) found.push(typeof facts.pleased === "number" ? t("what.verdict", { solved: t(solved), n: facts.pleased }) : t(solved));
    if (Array.isArray(facts.files) && facts.files.length > 0 && kind !== "opened") found.push(t("what.files", { n: facts.files.length }));
    const how = known(`act.how.${fact("how")}`);
    if (how && kind === "tried") found.push(t(how));
    return found;
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
