// "5 work-days" as people say it.

import { known, t } from "@/shared/words";

export function termName(term: unknown): string {
  if (typeof term !== "string") return "";
  const [n, unit = ""] = term.split(" ");
  const word = known(`term.${unit.replace(/(?<=.)s$/, "").replace("-", "_")}`);
  return word && n ? t(word, { n }) : term;
}

/** Of a declared time: a fixed term, or one that is worked out. */
export function dueName(due: unknown): string {
  if (typeof due === "object" && due !== null && "fixed" in due) return termName(due.fixed);
  return due ? t("term.by_rule") : "";
}
