// What the resident said: the texts of the form that the matter was opened with.

import type { Matter } from "@/api/client";
import { flows } from "@/shared/declared";

export function wordsOf(m: Matter): string {
  const opens = flows.value.get(m.flow)?.opens.form;
  const filled = (m.forms as Record<string, Record<string, unknown> | undefined>)[opens?.id ?? ""] ?? {};
  const texts = Object.values(opens?.fields ?? {}).filter((f) => f.type === "text").map((f) => filled[f.id]);
  return texts.filter((v) => typeof v === "string").join("\n");
}
