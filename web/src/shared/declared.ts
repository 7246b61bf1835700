// What packs declare, by its names.

import { shallowRef } from "vue";
import { api, body, type Schemas } from "@/api/client";
import { known, say, t } from "./words";

export type Flow = Schemas["Flow"];
export type Step = Schemas["StepDeclared"];
export type Move = Schemas["MoveDeclared"];
export type End = Schemas["EndDeclared"];
export type Form = Schemas["Form"];
export type Choices = Schemas["ChoiceList"];
export type Grant = Schemas["RoleGrant"];
export type Action = Schemas["ActionWord"];

type Declared = Schemas["FormField"];
/** A field as forms draw it: a pack's, or one of our own, which says no more than it needs. */
export type Field = Schemas["FieldKind"] & Pick<Declared, "id" | "name" | "required" | "help" | "min" | "max"> & Partial<Pick<Declared, "search" | "sort" | "personal" | "deprecated">>;
export type FieldOf<K extends Field["type"]> = Extract<Field, { type: K }>;

export const flows = shallowRef<Map<string, Flow>>(new Map());
export const packs = shallowRef<Schemas["PackShown"][]>([]);
export const roles = shallowRef<Schemas["RoleShown"][]>([]);

export async function loadDeclared(): Promise<void> {
  const [shown, loaded, may] = await Promise.all([
    body(api.GET("/api/flows")),
    body(api.GET("/api/packs")),
    body(api.GET("/api/roles")),
  ]);
  flows.value = new Map(shown.map((f) => [f.flow, f.declared]));
  packs.value = loaded;
  roles.value = may;
}

/** Whether this role may do that on matters of this flow; its own line for the flow stands before the one for all. */
export function roleMay(role: string, action: Action, flow: string): boolean {
  const inAll = !flows.value.get(flow)?.apart;
  return grantsOf(role).some((g) => ((g.on === "all" && inAll) || (typeof g.on === "object" && "flow" in g.on && g.on.flow === flow)) && g.actions.includes(action));
}

export function roleMayKind(role: string, action: Action, kind: string): boolean {
  return grantsOf(role).some((g) => typeof g.on === "object" && "kind" in g.on && g.on.kind === kind && g.actions.includes(action));
}

/** The platform's own work: accounts, seats, regions, packs, calendar, operate. */
export function roleRuns(role: string, action: Action): boolean {
  return grantsOf(role).some((g) => g.on === "platform" && g.actions.includes(action));
}

export const grantsOf = (role: string): Grant[] => roles.value.find((r) => r.id === role)?.may ?? [];

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
