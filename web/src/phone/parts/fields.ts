// What is filled into a declared form on the phone.

import type { Field } from "@/shared/declared";
import { say, t } from "@/shared/words";
import type { Place } from "../report/place";

export type Value = string | number | boolean | string[] | Record<string, unknown> | null | undefined;
export type Values = Record<string, Value>;

const nothing = (v: Value): boolean => v === null || v === undefined || v === "" || (Array.isArray(v) && v.length === 0);

/** Kinds that a phone fills in; the others are for a desk. */
export const able = (f: Field): boolean => ["text", "choice", "scale", "bool", "date", "number", "money", "media", "place", "party", "unit"].includes(f.type);

/** What still has to be said, in one line; empty where nothing is missing. */
export function missing(fields: Field[], values: Values, photos = 0): string {
  for (const f of fields) {
    const v = values[f.id];
    if (f.type === "media") {
      const least = typeof f.min === "number" ? f.min : f.required !== "no" ? 1 : 0;
      if (photos < least) return t("fill.need.photo", { n: least });
    } else if (f.required !== "no" && nothing(typeof v === "string" ? v.trim() : v)) return t("fill.need", { name: say(f.name) });
    else if (f.type === "text" && typeof f.min === "number" && typeof v === "string" && v.trim() && [...v.trim()].length < f.min) return t("fill.short", { name: say(f.name), n: f.min });
  }
  return "";
}

/** As the server takes it: a place without the name that the page shows it by. */
function sent(f: Field, v: Value): Value {
  if (typeof v === "string") return v.trim();
  if (f.type !== "place" || !v || typeof v !== "object" || Array.isArray(v)) return v;
  const { region, words, point } = v as unknown as Place;
  return { region, ...(words.trim() ? { words: words.trim() } : {}), ...(point ? { point } : {}) };
}

export function filled(fields: Field[], values: Values): Record<string, unknown> {
  const shown = fields.map((f) => [f.id, sent(f, values[f.id])] as const);
  return Object.fromEntries(shown.filter(([, v]) => !nothing(v as Value)));
}

/** What was written, in the order of the form: words, and no code, number or id. */
export const textsOf = (values: Record<string, unknown>): string[] => Object.values(values).filter((v): v is string => typeof v === "string" && v !== "" && !/^[\w.:-]*$/.test(v));
