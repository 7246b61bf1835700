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
    | { type: "text" | "bool" | "date" | "money" | "media" | "place" | "person" | "firm" | "time" | "term" | "plot" | "region" | "signature" | "table" | "point" | "line" | "polygon" }
    | { type: "number"; unit: string | null; whole: boolean }
    | { type: "area"; unit: "m2" | "mu" }
    | { type: "thing"; kind: string | { pack: string; id: string }; many: boolean }
    | { type: "choice"; of: Choices; many: boolean }
    | { type: "identity"; of: string[] }
    | { type: "scale"; of: number }
    | { type: "party" | "unit"; many: boolean }
  );
export type FieldOf<K extends Field["type"]> = Extract<Field, { type: K }>;
export interface Form { pack: string; id: string; fields: Record<string, Field> }
export interface Move { id: string; name: Words; to: { step: string } | { with: { flow: string; assist: unknown[] } } | string; resolves: boolean; form: Form | null; holder: unknown }
export interface Step {
  id: string;
  name: Words;
  holder: unknown;
  offer: unknown;
  due: unknown;
  wait_for: { who: unknown } | null;
  late: { to: unknown } | null;
  moves: Record<string, Move>;
  each: { form: Form | null; join: "lead_decides" | "all" | { quorum: number } } | null;
}
export interface End { id: string; kind: string; name: Words; reasons: Choices | null; approved_by: unknown; letter: string | null; objection: string | null }
export interface Flow {
  pack: string;
  id: string;
  name: Words;
  opens: { by: (string | { role: string })[]; form: Form | null; for_another: boolean; doors: string[] };
  ladder: string | null;
  category: { list: Choices } | null;
  clock: { due: unknown; urgent: unknown; pause: { most: string; reasons: Choices; approved_by: unknown } | null } | null;
  ends: Record<string, End>;
  steps: Record<string, Step>;
  /** Rights on `all` do not count for it. */
  apart?: boolean;
}

export interface Grant { on: "all" | "platform" | { flow: string } | { kind: string }; actions: string[] }

export const flows = shallowRef<Map<string, Flow>>(new Map());
export const packs = shallowRef<Schemas["PackShown"][]>([]);
export const roles = shallowRef<Schemas["RoleShown"][]>([]);

export async function loadDeclared(): Promise<void> {
  const [shown, loaded, may] = await Promise.all([
    body(api.GET("/api/flows")),
    body(api.GET("/api/packs")),
    body(api.GET("/api/roles")),
  ]);
  flows.value = new Map(shown.map((f) => [f.flow, f.declared as unknown as Flow]));
  packs.value = loaded;
  roles.value = may;
}

/** Whether this role may do that on matters of this flow; its own line for the flow stands before the one for all. */
export function roleMay(role: string, action: string, flow: string): boolean {
  const inAll = !flows.value.get(flow)?.apart;
  return grantsOf(role).some((g) => ((g.on === "all" && inAll) || (typeof g.on === "object" && "flow" in g.on && g.on.flow === flow)) && g.actions.includes(action));
}

export function roleMayKind(role: string, action: string, kind: string): boolean {
  return grantsOf(role).some((g) => typeof g.on === "object" && "kind" in g.on && g.on.kind === kind && g.actions.includes(action));
}

/** The platform's own work: accounts, seats, regions, packs, calendar, operate. */
export function roleRuns(role: string, action: string): boolean {
  return grantsOf(role).some((g) => g.on === "platform" && g.actions.includes(action));
}

export const grantsOf = (role: string): Grant[] => (roles.value.find((r) => r.id === role)?.may ?? []) as unknown as Grant[];

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
