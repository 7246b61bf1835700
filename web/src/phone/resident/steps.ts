// Where a matter stands, in the few steps that its sender cares for. Every flow has them: it came, someone has it, it is
// answered, she says whether it is solved.

import type { Listed, Matter } from "@/api/client";
import { happened, ms } from "@/shared/time";
import { say, t } from "@/shared/words";

export interface Stage { name: string; at: string; state: "done" | "now" | "next" }

export function stages(m: Matter, now: number): Stage[] {
  const when = (at: string | null | undefined): string => (at ? happened(ms(at), now) : "");
  const answered = m.answered_at ?? m.resolved_at;
  const asked = m.open && m.waits === "resident";
  const reached = !m.open ? 4 : asked ? 3 : answered ? 2 : 1;
  const names: [string, string][] = [
    [t("stage.received"), when(m.received_at)],
    [reached === 1 && m.holder ? t("stage.with", { who: nearName(m.holder.title, m.region_name) }) : t("stage.handle"), reached === 1 ? when(m.step_since) : ""],
    [t("stage.answered"), when(answered)],
    [t(m.open ? "stage.confirm" : "stage.closed"), when(m.closed_at)],
  ];
  const at = m.open && reached === 1 ? 1 : reached;
  return names.map(([name, when_], i) => ({ name, at: when_, state: i < at || !m.open ? "done" : i === at ? "now" : "next" }));
}

/** 村值班 and not the whole path of places: what the seat shares with the matter's place is left out. */
export function nearName(title: { zh: string; en: string }, place: string): string {
  let n = 0;
  while (n < place.length && title.zh[n] === place[n]) n += 1;
  return say({ zh: title.zh.slice(n) || title.zh, en: title.en.replace(/ of .*$/, "") });
}

/** One line on where it stands. */
export function standing(m: Listed | Matter): string {
  if (!m.open) return t("stage.closed");
  if (m.waits === "resident") return t("stage.confirm");
  return say(m.step_name);
}
