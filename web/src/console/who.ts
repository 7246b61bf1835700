// Who a pack means, in words: a role, a department, a step up the ladder.

import type { Schemas } from "@/api/client";
import { roles } from "@/shared/declared";
import { say, t } from "@/shared/words";

export const roleName = (id: string): string => say(roles.value.find((r) => r.id === id)?.name) || id;

export function whoName(who: Schemas["Who"] | Schemas["Opener"] | null | undefined): string {
  if (!who) return "";
  if (typeof who === "string") return t(`who.${who}`);
  if ("seat" in who) return roleName(who.seat.role);
  if ("role" in who) return roleName(who.role);
  if ("unit" in who) return t("who.unit");
  if ("up" in who) return t("who.up", { n: who.up });
  return t("who.other");
}
