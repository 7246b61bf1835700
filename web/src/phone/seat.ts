// The seat that this phone works for: the one nearest to people's doors, if there are several.

import { computed } from "vue";
import { seats } from "@/shared/session";

const NEAR = ["neighbour_leader", "group_leader", "area_leader", "village_duty", "village_lead"];

export const seat = computed(() => {
  const place = (role: string): number => (NEAR.includes(role) ? NEAR.indexOf(role) : NEAR.length);
  return [...seats.value].sort((a, b) => place(a.role) - place(b.role))[0] ?? null;
});
/** The pocket of 三长 and officials; everyone else has a resident's home. */
export const leads = computed(() => seat.value !== null);
/** 三长 write services down; what is asked of them is asked and never ordered. */
export const near = computed(() => seat.value !== null && NEAR.includes(seat.value.role));
