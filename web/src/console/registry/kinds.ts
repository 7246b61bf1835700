// Kinds of things as packs declare them, and their values as people read them.

import { shallowRef } from "vue";
import { api, body, type Schemas } from "@/api/client";
import type { Field } from "@/shared/declared";
import { lang, say, t } from "@/shared/words";
import type { Values } from "../forms/values";

export type Kind = Schemas["Kind"];
export type Thing = Schemas["Thing"];

export const kinds = shallowRef<Map<string, Kind> | null>(null);

export async function loadKinds(): Promise<Map<string, Kind>> {
  const shown = await body(api.GET("/api/kinds"));
  const all = new Map(shown.map((k) => [k.kind, k.declared]));
  kinds.value = all;
  return all;
}

export const fieldsOf = (kind: Kind | undefined): Field[] => Object.values(kind?.fields ?? {}).filter((f) => !f.deprecated);

/** Columns of a table: everything that fits in a line. */
export const columnsOf = (kind: Kind | undefined): Field[] =>
  fieldsOf(kind).filter((f) => f.type !== "media" && f.type !== "table" && !(f.type === "text" && typeof f.max === "number" && f.max > 120));

const UNITS: Record<string, string> = { m2: "m²", m3: "m³" };
export const unitOf = (field: Field): string => (field.type === "number" && field.unit ? (UNITS[field.unit] ?? field.unit) : "");

/** What a thing is called: its name, or the value of its key. */
export function titleOf(kind: Kind | undefined, thing: Thing): string {
  const values = thing.values as Values;
  for (const id of ["name", kind?.key ?? ""]) {
    const value = values[id];
    if (typeof value === "string" && value) return value;
  }
  return say(kind?.name) || thing.id;
}

const number = (value: number): string => value.toLocaleString(lang.value === "zh" ? "zh-CN" : "en-GB", { maximumFractionDigits: 6 });

/** 2026 年 9 月 30 日; in English 30/09/2026 would be read two ways, so it stays as ISO writes it. */
const day = (value: string): string => {
  const [y, m, d] = value.split("-").map(Number);
  return lang.value === "zh" && y && m && d ? t("registry.day", { y, m, d }) : value;
};

interface Person { name?: string; phone?: string }

export function shownValue(field: Field, value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value)) {
    if (field.type === "media") return t("registry.files", { n: value.length });
    return value.map((v) => shownValue(field, v)).join(t("mark.comma"));
  }
  if (field.type === "choice") return say(field.of.entries[String(value)]?.name) || String(value);
  if (field.type === "bool") return t(value === true ? "form.yes" : "form.no");
  if (field.type === "number" && typeof value === "number") return [number(value), unitOf(field)].filter(Boolean).join(" ");
  if (field.type === "money") return `¥${value}`;
  if (field.type === "date") return day(String(value));
  if (typeof value === "object") {
    const v = value as Person & { mu?: string; words?: string };
    if (v.mu) return t("registry.mu", { n: v.mu });
    return [v.name, v.phone, v.words].filter(Boolean).join(" ");
  }
  return String(value);
}
