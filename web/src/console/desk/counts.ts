// The numbers beside tabs and navigation.

import { shallowReactive } from "vue";
import { api, body, type Schemas } from "@/api/client";
import { t } from "@/shared/words";

export type Counted = Schemas["Counted"];
export type Tab = "mine" | "late" | "all" | "ended";
export const TABS: Tab[] = ["mine", "late", "all", "ended"];

export interface Narrow { flow?: string; region?: string; q?: string }

export const filterOf = (tab: Tab): { open: boolean; mine?: boolean; late?: boolean } => {
  if (tab === "mine") return { open: true, mine: true };
  if (tab === "late") return { open: true, late: true };
  return { open: tab === "all" };
};

export type Counts = Partial<Record<Tab, Counted>>;

/** Of everything in my hands and in my area: beside the navigation. */
export const counts = shallowReactive<Counts>({});
/** Of what the page is narrowed to: beside its tabs. */
export const tabCounts = shallowReactive<Counts>({});

const count = (tab: Tab, narrow: Narrow): Promise<Counted> =>
  body(api.GET("/api/matters/count", { params: { query: { ...filterOf(tab), ...narrow } } }));

export async function loadCounts(narrow: Narrow): Promise<void> {
  const [mine, late, all] = await Promise.all([count("mine", narrow), count("late", narrow), count("all", narrow)]);
  const whole = Object.values(narrow).every((value) => !value);
  Object.assign(tabCounts, { mine, late, all });
  Object.assign(counts, { mine: whole ? mine : await count("mine", {}) });
}

/** 12, or 1000+ where nobody counted further. */
export const shown = (c: Counted | undefined): string => (c ? (c.or_more ? t("desk.or_more", { n: c.n }) : String(c.n)) : "");
