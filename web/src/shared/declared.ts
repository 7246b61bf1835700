// What packs declare, as `/api/flows` gives it. The OpenAPI document leaves these bodies open, so their shape is written here.

import { shallowRef } from "vue";
import { api, body, type Schemas, type Words } from "@/api/client";
import { known, say, t } from "./words";

export interface Entry { code: string; name: Words; deprecated: boolean }
export interface Choices { entries: Record<string, Entry> }

interface Common {
  id: string;
  name: Words;
  help: Words | null;
  required: "yes" | "no" | { level: string };
  min: number | string | null;
  max: number | string | null;
}
export type Field = Common &
  (
    | { type: "text" | "bool" | "date" | "money" | "media" | "place" | "person" | "number" }
    | { type: "choice"; of: Choices; many: boolean }
    | { type: "identity"; of: string[] }
    | { type: "scale"; of: number }
    | { type: "party" | "unit"; many: boolean }
  );
export type FieldOf<K extends Field["type"]> = Extract<Field, { type: K }>;
export interface Form { pack: string; id: string; fields: Record<string, Field> }
export interface Move { id: string; name: Words; to: { step: string } | { with: { flow: string; assist: unknown[] } } | string; resolves: boolean; form: Form | null; holder: unknown }
export interface Step { id: string; name: Words; moves: Record<string, Move>; each: { form: Form | null } | null }
export interface End { id: string; name: Words; reasons: Choices | null }
export interface Flow {
  pack: string;
  id: string;
  name: Words;
  opens: { by: (string | { role: string })[]; form: Form | null; for_another: boolean; doors: string[] };
  category: { list: Choices } | null;
  clock: { pause: { reasons: Choices } | null } | null;
  ends: Record<string, End>;
  steps: Record<string, Step>;
}

interface Grant { on: "all" | { flow: string } | { kind: string }; actions: string[] }

export const flows = shallowRef<Map<string, Flow>>(new Map());
export const packs = shallowRef<Schemas["PackShown"][]>([]);
const roles = shallowRef<Map<string, Grant[]>>(new Map());

export async function loadDeclared(): Promise<void> {
  const [shown, loaded, may] = await Promise.all([
    body(api.GET("/api/flows")),
    body(api.GET("/api/packs")),
    body(api.GET("/api/roles")),
  ]);
  flows.value = new Map(shown.map((f) => [f.flow, f.declared as unknown as Flow]));
  packs.value = loaded;
  roles.value = new Map(may.map((r) => [r.id, r.may as unknown as Grant[]]));
}

/** Whether this role may do that on matters of this flow; its own line for the flow stands before the one for all. */
export function roleMay(role: string, action: string, flow: string): boolean {
  const grants = roles.value.get(role) ?? [];
  return grants.some((g) => (g.on === "all" || ("flow" in g.on && g.on.flow === flow)) && g.actions.includes(action));
}

export function stepName(flow: string, step: string): string {
  return say(flows.value.get(flow)?.steps[step]?.name) || step;
}

/** How it ended, as people say it. */
export function endName(flow: string, end: string): string {
  const declared = flows.value.get(flow)?.ends[end];
  if (declared) return say(declared.name);
  const word = known(`end.${end}`);
  return word ? t(word) : end;
}

export function formOf(step: Step | undefined, name: string): Form | null {
  for (const move of Object.values(step?.moves ?? {})) {
    if (move.form && `${move.form.pack}.${move.form.id}` === name) return move.form;
  }
  return null;
}
