// The clock ribbon: two lanes on one scale, drawn from what happened and from nothing else.

import type { Happened, Matter } from "@/api/client";
import { isWorked } from "./calendar";
import { stepName } from "./declared";
import { midnight, ms } from "./time";
import { say } from "./words";

const DAY = 86_400_000;
const MOST_LABELS = 10;

export type SegmentTone = "news" | "hold" | "wait" | "meet";
export interface Segment { from: number; to: number; who: string; step: string; tone: SegmentTone; late: number | null }
export interface Tick { at: number; label: boolean }
export interface Ribbon {
  from: number;
  to: number;
  /** Where the resident's clock stands: now, or where it was answered or closed. */
  reached: number;
  clockDue: number;
  stepDue: number | null;
  segments: Segment[];
  ticks: Tick[];
  /** Days that are not worked. */
  off: { from: number; to: number }[];
}

const text = (facts: Record<string, unknown>, name: string): string => {
  const value = facts[name];
  return typeof value === "string" ? value : "";
};

export function ribbonOf(m: Matter, timeline: Happened[], now: number): Ribbon {
  const from = ms(m.received_at);
  const reached = m.closed_at ? ms(m.closed_at) : now;
  const clockDue = ms(m.clock_due);
  // A step never has longer than the whole: an urgent matter's own deadline may lie before its step's.
  const stepDue = m.open && m.step_due && ms(m.step_due) <= clockDue ? ms(m.step_due) : null;
  const end = Math.max(clockDue, reached, stepDue ?? 0);
  const to = end + (end - from) * 0.01;
  return { from, to, reached, clockDue, stepDue, segments: segments(m, timeline, from, reached), ticks: ticks(from, to), off: off(from, to) };
}

function segments(m: Matter, timeline: Happened[], from: number, reached: number): Segment[] {
  const names = new Map<string, string>();
  for (const seat of [m.holder, m.offered, m.supervisor, m.waits_seat]) if (seat) names.set(seat.id, say(seat.title));
  const all: (Segment & { holder: string })[] = [];
  for (const entry of timeline) {
    const facts = entry.facts as Record<string, unknown>;
    const [holder, code] = [text(facts, "holder"), text(facts, "step")];
    const at = Math.max(from, ms(entry.at));
    const last = all[all.length - 1];
    // Who moved it on had it: the entry names him, not the seats that only appear in codes.
    if (last && entry.kind === "matter.moved" && !last.who) last.who = say(entry.who);
    if (!holder || !code || (last && last.holder === holder && last.step === code)) continue;
    if (last) last.to = at;
    const due = text(facts, "due");
    all.push({ from: at, to: reached, who: "", step: code, tone: "hold", late: due ? ms(due) : null, holder });
  }
  return all
    .filter((s) => s.to > s.from)
    .map(({ holder, ...s }, i) => ({
      ...s,
      who: s.who || (names.get(holder) ?? ""),
      tone: toneOf(m, s.step, i),
      late: s.late !== null && s.late < s.to ? s.late : null,
      step: stepName(m.flow, s.step),
    }));
}

/** Sorting is news, the resident's own step is waiting, a consultation is its own colour. */
function toneOf(m: Matter, step: string, at: number): SegmentTone {
  if (step === "confirm") return "wait";
  if (m.child && step === m.step) return "meet";
  return at === 0 ? "news" : "hold";
}

function ticks(from: number, to: number): Tick[] {
  const first = midnight(from) + DAY;
  const days: number[] = [];
  for (let at = first; at <= to; at += DAY) days.push(at);
  const every = Math.max(1, Math.ceil(days.length / MOST_LABELS));
  return days.map((at, i) => ({ at, label: i % every === 0 }));
}

function off(from: number, to: number): { from: number; to: number }[] {
  const found = [];
  for (let at = midnight(from); at < to; at += DAY) {
    if (!isWorked(at)) found.push({ from: Math.max(at, from), to: Math.min(at + DAY, to) });
  }
  return found;
}
