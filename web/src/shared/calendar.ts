// Working days, as the server counts them: a day ends where a term of so many working days from today ends.

import { shallowRef } from "vue";
import { api, body } from "@/api/client";
import { isoDay, midnight, ms } from "./time";
import { now } from "./now";

const AHEAD = 12;

/** Ends of the next working days, in order: the first is that of "1 work-day" from now. */
const ends = shallowRef<number[]>([]);
let asked = "";

/** Asks once a day; the deadlines themselves always come from the server. */
export async function loadCalendar(): Promise<void> {
  const today = isoDay(now.value);
  if (asked === today) return;
  asked = today;
  const start = new Date(midnight(now.value)).toISOString();
  const terms = Array.from({ length: AHEAD }, (_, i) => `${i + 1} work-days`);
  const dues = terms.map((term) => body(api.GET("/api/calendar/due", { params: { query: { start, term } } })));
  ends.value = (await Promise.all(dues)).map((due) => ms(due.at)).sort((a, b) => a - b);
}

/** How many working days are left until then, today not counted; null beyond what is known. */
export function workDaysLeft(due: number): number | null {
  const n = ends.value.findIndex((end) => end >= due);
  return n < 0 ? null : n + 1;
}
