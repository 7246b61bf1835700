// What packs declare, kept on the phone: a report is written where there is no network at all.

import { api, body } from "@/api/client";
import { flows, type Field, type Flow } from "@/shared/declared";
import { askOrKept } from "./copies";

let asked: Promise<void> | null = null;

/** Once a start; the pages wait for it because their forms are declared there. */
export function loadFlows(): Promise<void> {
  asked ??= askOrKept("flows", () => body(api.GET("/api/flows"))).then(
    ({ value }) => void (flows.value = new Map(value.map((f) => [f.flow, f.declared]))),
    (error: unknown) => {
      asked = null;
      throw error;
    },
  );
  return asked;
}

const REPORT = "direct_line.report";
const SERVICE = "three_leaders.service";

const openers = (flow: Flow): string[] => flow.opens.by.map((by) => (typeof by === "string" ? by : by.role));

/** The flow that residents report by: the direct line, or where a county has none, the first that takes a report by the phone's page. */
export function reportFlow(): Flow | null {
  const own = flows.value.get(REPORT);
  if (own) return own;
  return [...flows.value.values()].find((f) => !f.apart && openers(f).includes("resident") && f.opens.doors.includes("page") && fieldOf(f, "identity")) ?? null;
}

/** Complaints and suggestions: what residents open that is kept apart from all other flows. */
export const complaintFlow = (): Flow | null => [...flows.value.values()].find((f) => f.apart && openers(f).includes("resident") && f.opens.doors.includes("page")) ?? null;

export const serviceFlow = (): Flow | null => flows.value.get(SERVICE) ?? null;
export const flowName = (flow: Flow): string => `${flow.pack}.${flow.id}`;
export const fields = (flow: Flow | null): Field[] => Object.values(flow?.opens.form?.fields ?? {});
export const fieldOf = (flow: Flow | null, type: Field["type"]): Field | null => fields(flow).find((f) => f.type === type) ?? null;
