// 记一笔: the four things a leader writes down, as far as the county's packs have a flow for them.

import { flows, type Choices, type Flow } from "@/shared/declared";
import { t } from "@/shared/words";
import { reportFlow, serviceFlow } from "../kept/flows";
import type { IconName } from "../parts/IconOf.vue";

export type EntryId = "visit" | "service" | "dispute" | "hazard";
export interface Entry { id: EntryId; name: string; icon: IconName; flow: Flow; choices: Choices["entries"]; first: string | null; chooses: "what" | "category" }

const HAZARDS = ["flood", "slope", "fire", "bridges", "roads", "ditches"];
const VISITS = ["visit", "look"];
const DISPUTES = ["dispute", "family", "land"];

const only = (all: Choices["entries"], codes: string[], not = false): Choices["entries"] =>
  Object.fromEntries(Object.entries(all).filter(([code, e]) => !e.deprecated && codes.includes(code) !== not));

export function entries(): Entry[] {
  if (flows.value.size === 0) return [];
  const [service, report] = [serviceFlow(), reportFlow()];
  const found: Entry[] = [];
  const what = Object.values(service?.opens.form?.fields ?? {}).find((f) => f.type === "choice");
  if (service && what?.type === "choice") {
    const all = what.of.entries;
    found.push({ id: "visit", name: t("entry.visit"), icon: "walk", flow: service, choices: only(all, VISITS), first: "visit", chooses: "what" });
    found.push({ id: "service", name: t("entry.service"), icon: "help", flow: service, choices: only(all, VISITS, true), first: null, chooses: "what" });
  }
  const kinds = report?.category?.list.entries;
  if (report && kinds) {
    found.push({ id: "dispute", name: t("entry.dispute"), icon: "dispute", flow: report, choices: only(kinds, DISPUTES), first: "dispute", chooses: "category" });
    found.push({ id: "hazard", name: t("entry.hazard"), icon: "hazard", flow: report, choices: only(kinds, HAZARDS), first: null, chooses: "category" });
  }
  return found;
}
