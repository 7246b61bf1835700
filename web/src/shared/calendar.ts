// Which days are worked, as the server counts them. Deadlines themselves always come from the server.

import { shallowRef } from "vue";
import { api, body } from "@/api/client";
import { now } from "./now";
import { dayOfWeek, isoDay, midnight } from "./time";

const DAY = 86_400_000;
/** What a page looks back on, a matter's longest wait; and ahead, beyond what is counted in working days. */
const [BACK, AHEAD] = [120, 60];
/** A deadline further off is told by its day. */
const MOST = 12;

/** By day, `2026-10-10`: is it worked? */
const known = shallowRef(new Map<string, boolean>());
let asked = "";

/** Asks once a day. */
export async function loadCalendar(): Promise<void> {
  const today = isoDay(now.value);
  if (asked === today) return;
  const query = { from: isoDay(now.value - BACK * DAY), to: isoDay(now.value + AHEAD * DAY) };
  const days = await body(api.GET("/api/calendar/days", { params: { query } }));
  known.value = new Map(days.map((day) => [day.date, day.working]));
  asked = today;
}

/** Is the day of this moment worked? Of days that nobody asked for, Monday to Friday are. */
export const isWorked = (at: number): boolean => known.value.get(isoDay(at)) ?? dayOfWeek(at) % 6 !== 0;

/**
 * How many working days are left until then, today not counted (《民法典》第二百零一条); null where they are too many to be told
 * so, or are not known. A deadline at midnight is the end of the day before.
 */
export function workDaysLeft(due: number): number | null {
  if (known.value.size === 0) return null;
  let n = 0;
  for (let day = midnight(now.value) + DAY; day < due && n <= MOST; day += DAY) if (isWorked(day)) n += 1;
  // Due on a day off: it is the next working day that people count.
  if (!isWorked(due - 1)) n += 1;
  return n >= 1 && n <= MOST ? n : null;
}
