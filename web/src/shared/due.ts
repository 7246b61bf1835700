// The chip that says how long is left, in the units people use, with the colour that it means.

import { workDaysLeft } from "./calendar";
import { clock, groupOf, length, midnight, moment, monthDay, weekday, type Group } from "./time";
import { t } from "./words";

export type Tone = "late" | "soon" | "ok";

const TONES: Record<Group, Tone> = { late: "late", today: "soon", later: "ok" };

export const toneOf = (due: number, now: number): Tone => TONES[groupOf(due, now)];

/** 18:00; a deadline at midnight is the 24:00 of the day before. */
function dueClock(due: number): string {
  return clock(due) === "00:00" ? "24:00" : clock(due);
}

/** 超时 2 小时 14 分, 今天 18:00, 3 个工作日, 12 月 21 日 周一 */
export function timeLeft(due: number, now: number): string {
  const group = groupOf(due, now);
  if (group === "late") return t("due.late", { length: length(now - due) });
  if (group === "today") return t("due.today", { clock: dueClock(due) });
  const days = workDaysLeft(due);
  if (days !== null) return t(days === 1 ? "due.work_day" : "due.work_days", { n: days });
  return `${monthDay(due)} ${weekday(due)}`;
}

/** A deadline in full: 今天 18:00, 12 月 2 日 周三 18:00. */
export function deadline(due: number, now: number): string {
  if (midnight(due - 1) === midnight(now)) return t("due.today", { clock: dueClock(due) });
  return dueClock(due) === "24:00" ? `${monthDay(due - 1)} ${weekday(due - 1)} 24:00` : moment(due, now);
}
