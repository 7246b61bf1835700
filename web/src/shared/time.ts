// Time as people here say it. One time zone, without summer time: Asia/Shanghai.

import { lang, t } from "./words";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = ["日", "一", "二", "三", "四", "五", "六"];
const WEEK_EN = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export const ms = (at: string): number => Date.parse(at);

/** A moment whose UTC parts are the parts of Shanghai's clock. */
const local = (at: number): Date => new Date(at + 8 * HOUR);

/** Midnight in Shanghai at or before this moment. */
export const midnight = (at: number): number => Math.floor((at + 8 * HOUR) / DAY) * DAY - 8 * HOUR;

export const dayOfWeek = (at: number): number => local(at).getUTCDay();

/** 2026-11-22 */
export const isoDay = (at: number): string => local(at).toISOString().slice(0, 10);

/** 14:32; midnight at the end of a day is its 24:00 */
export function clock(at: number): string {
  return local(at).toISOString().slice(11, 16);
}

/** 11 月 22 日 */
export function monthDay(at: number): string {
  const d = local(at);
  return lang.value === "zh" ? `${d.getUTCMonth() + 1} 月 ${d.getUTCDate()} 日` : `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]}`;
}

/** 2026 年 11 月, of `2026-11` */
export function yearMonth(month: string): string {
  const [y, m] = month.split("-").map(Number) as [number, number];
  return lang.value === "zh" ? `${y} 年 ${m} 月` : `${MONTHS[m - 1]} ${y}`;
}

/** 周日 */
export function weekday(at: number): string {
  const n = dayOfWeek(at);
  return lang.value === "zh" ? `周${WEEK[n]}` : (WEEK_EN[n] ?? "");
}

/** 11 月 22 日 周日 14:32; with its year where that is another */
export function moment(at: number, now: number): string {
  const year = local(at).getUTCFullYear();
  const far = year === local(now).getUTCFullYear() ? "" : lang.value === "zh" ? `${year} 年 ` : ` ${year}`;
  const day = lang.value === "zh" ? `${far}${monthDay(at)} ${weekday(at)}` : `${weekday(at)} ${monthDay(at)}${far}`;
  return `${day} ${clock(at)}`;
}

/** A length of time by its two greatest units: 2 小时 14 分, 3 天 4 小时. */
export function length(span: number): string {
  const minutes = Math.max(1, Math.floor(span / 60_000));
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  if (days > 0) return hours > 0 ? t("time.days_hours", { d: days, h: hours }) : t("time.days", { d: days });
  if (hours > 0) return rest > 0 ? t("time.hours_minutes", { h: hours, m: rest }) : t("time.hours", { h: hours });
  return t("time.minutes", { m: rest });
}

/** Of something that happened: 13:20, 昨天 18:02, 周三 18:02 within a week, else the day. */
export function happened(at: number, now: number): string {
  const days = Math.round((midnight(now) - midnight(at)) / DAY);
  if (days === 0) return clock(at);
  if (days === 1) return `${t("time.yesterday")} ${clock(at)}`;
  if (days > 1 && days < 7) return `${weekday(at)} ${clock(at)}`;
  return `${monthDay(at)} ${clock(at)}`;
}

export type Group = "late" | "today" | "later";

export function groupOf(due: number, now: number): Group {
  if (due <= now) return "late";
  return due <= midnight(now) + DAY ? "today" : "later";
}
