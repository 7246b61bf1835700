// Who a pack means, in words: a role, a department, a step up the ladder.

import { roles } from "@/shared/declared";
import { say, t } from "@/shared/words";

interface Declared {
  seat?: { role: string };
  unit?: unknown;
  up?: number;
  role?: string;
  level?: string;
}

export const roleName = (id: string): string => say(roles.value.find((r) => r.id === id)?.name) || id;

export function whoName(who: unknown): string {
  if (typeof who === "string") {
    if (who === "resident") return t("who.resident");
    if (who === "holder") return t("who.holder");
    if (who === "opener") return t("who.opener");
    if (who === "chosen") return t("who.chosen");
    return who === "pack" ? t("who.pack") : t("who.anyone");
  }
  if (typeof who !== "object" || who === null) return "";
  const w = who as Declared;
  if (w.seat) return roleName(w.seat.role);
  if (w.role) return roleName(w.role);
  if (w.unit) return t("who.unit");
  if (typeof w.up === "number") return t("who.up", { n: w.up });
  return t("who.other");
}
