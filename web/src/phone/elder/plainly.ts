// Where a matter stands, in one or two sentences that can be read out.

import type { Listed, Matter } from "@/api/client";
import { deadline } from "@/shared/due";
import { now } from "@/shared/now";
import { ms } from "@/shared/time";
import { t } from "@/shared/words";
import { answerOf } from "../resident/mine";

export function plainly(item: Listed, detail: Matter | undefined): string[] {
  if (!item.open) return [t("elder.over"), ...(detail && answerOf(detail) ? [answerOf(detail)] : [])];
  if (detail?.waits === "resident") return [t("elder.asks"), ...(answerOf(detail) ? [answerOf(detail)] : [])];
  return [t("elder.going"), t("elder.by", { at: deadline(ms(item.clock_due), now.value) })];
}
