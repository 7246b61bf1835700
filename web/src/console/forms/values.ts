// What is typed into a declared form, and what of it goes to the server.

import type { Field } from "@/shared/declared";
import { t } from "@/shared/words";

export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
export type Values = Record<string, Value>;

/** Nothing was filled in: the field is left out of what is sent. */
export function empty(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.values(value).every(empty);
}

function trimmed(value: Value): Value {
  if (typeof value === "string") return value.trim();
  if (Array.isArray(value)) return value.map(trimmed).filter((v) => !empty(v));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).filter(([, v]) => !empty(v)).map(([k, v]) => [k, trimmed(v)]));
  }
  return value;
}

/** What is typed is text; a number goes as a number. */
function typed(field: Field, value: Value): Value {
  if (field.type !== "number" || typeof value !== "string" || value === "") return value;
  const n = Number(value.replace(/[,\s]/g, ""));
  return Number.isFinite(n) ? n : value;
}

export function sent(fields: Field[], values: Values): Values {
  const kept = fields.map((f) => [f.id, typed(f, trimmed(values[f.id] ?? null))] as const).filter(([, v]) => !empty(v));
  return Object.fromEntries(kept);
}

export const needed = (field: Field): boolean => field.required !== "no";

/** What is still wrong, by field; the server looks again. */
export function wrongs(fields: Field[], values: Values): Record<string, string> {
  const found: Record<string, string> = {};
  for (const field of fields) {
    const value = values[field.id];
    if (empty(value)) {
      if (needed(field)) found[field.id] = t("form.required");
    } else if (field.type === "text" && typeof field.min === "number" && typeof value === "string" && [...value.trim()].length < field.min) {
      found[field.id] = t("form.too_short", { n: field.min });
    } else if (field.type === "number") {
      const n = Number(String(value).replace(/[,\s]/g, ""));
      if (!Number.isFinite(n)) found[field.id] = t("form.not_number");
      else if (typeof field.min === "number" && n < field.min) found[field.id] = t("form.least", { n: field.min });
      else if (typeof field.max === "number" && n > field.max) found[field.id] = t("form.most", { n: field.max });
    }
  }
  return found;
}
