// "5 work-days" as people say it.

import type { Schemas } from "@/api/client";
import { known, t } from "@/shared/words";

export function termName(term: string): string {
  const [n, unit = ""] = term.split(" ");
  const word = known(`term.${unit.replace(/(?<=.)s$/, "").replace("-", "_")}`);
  return word && n ? t(word, { n }) : term;
}

/** Of a declared time: a fixed term, or one that is worked out. */
export function dueName(due: Schemas["DueDeclared"] | null | undefined): string {
  if (!due) return "";
  return "fixed" in due ? termName(due.fixed) : t("term.by_rule");
}
