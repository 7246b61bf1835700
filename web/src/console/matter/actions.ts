// What this reader may do with this matter now, in the order of the buttons. The first is the filled one.

import { api, type Matter, type Schemas } from "@/api/client";
import { flows, formOf, type End, type Field, type Flow, type Move } from "@/shared/declared";
import { holds, may } from "@/shared/session";
import { say, t } from "@/shared/words";
import { sent, type Values } from "../forms/values";
import { termName } from "../terms";
import { whoName } from "../who";
import { afterwards, joins } from "./asks";
import { choiceField, choicesOf, mediaField, reasonField, textField } from "./own";
import { plain, textOf, write } from "./send";

export type Chosen = Schemas["ChosenSeat"][];
export interface Action {
  id: string;
  name: string;
  key: string | null;
  fields: Field[];
  /** Someone is chosen: one seat, several, or nobody; or another matter, as `values.matter`. */
  choose: "none" | "one" | "many" | "matter";
  /** May be the filled button: of several equal ways none is filled. */
  first: boolean;
  /** Stands in the menu 更多 and not in the row. */
  more: boolean;
  preset: Values;
  /** What it leads to, said before it is pressed. */
  note?: string;
  send: (values: Values, chosen: Chosen) => Promise<unknown>;
}

type Sends = Action["send"];
/** 退回 goes to an earlier step, 转办 to another holder, 会商 opens another flow. */
function keyOf(flow: Flow, step: string, move: Move): string | null {
  if (move.resolves) return "D";
  const order = Object.keys(flow.steps);
  const to = move.to;
  if (typeof to === "object" && "with" in to) return "H";
  if (typeof to === "object" && "step" in to) {
    if (order.indexOf(to.step) < order.indexOf(step)) return "B";
    if (move.holder) return "Z";
  }
  return null;
}

function moves(m: Matter, flow: Flow): Action[] {
  const step = flow.steps[m.step];
  const taken = new Set<string>();
  const all = m.moves.map((shown): Action => {
    const declared = step?.moves[shown.id];
    const form = shown.form ? formOf(step, shown.form) : null;
    const found = declared ? keyOf(flow, m.step, declared) : null;
    const key = found && !taken.has(found) ? found : null;
    if (key) taken.add(key);
    const fields = Object.values(form?.fields ?? {});
    const several = declared && typeof declared.to === "object" && "with" in declared.to;
    return {
      id: `move-${shown.id}`, name: say(shown.name), key, fields, choose: shown.choose ? (several ? "many" : "one") : "none", more: false, preset: {},
      first: (declared?.resolves ?? false) || m.moves.length === 1,
      send: (values, chosen) => api.POST("/api/matters/{matter}/moves", {
        ...write(m.id), body: { move: shown.id, step: m.step, form: sent(fields, values) as Record<string, never>, chosen },
      }),
    };
  });
  return all.sort((a, b) => Number(b.first) - Number(a.first));
}

/** An application for a pause or an end that waits for one of my seats. */
function decisions(m: Matter): Action[] {
  if (!m.asked || !holds(m.asked.of)) return [];
  const decide = (yes: boolean): Sends => (values) =>
    api.POST("/api/matters/{matter}/decisions", { ...write(m.id), body: { yes, note: textOf(values, "note") } });
  return [
    plain("approve", "act.approve", "D", [textField("note", "act.note", false)], decide(true)),
    plain("refuse", "act.refuse", "B", [textField("note", "act.note", true)], decide(false)),
  ];
}

function tasks(m: Matter, flow: Flow): Action[] {
  const mine = m.tasks.find((task) => task.state === "open" && holds(task.seat?.id));
  if (!mine) return [];
  const fields = Object.values(flow.steps[mine.step]?.each?.form?.fields ?? {});
  return [plain("answer", "act.answer", "D", fields, (values) =>
    api.POST("/api/matters/{matter}/answers", { ...write(m.id), body: { form: sent(fields, values) as Record<string, never> } }))];
}

export const approval = (who: Schemas["Who"] | null | undefined): string => t(who ? "act.approval" : "act.no_approval", { who: whoName(who) });

const endNote = (end: End): string =>
  [approval(end.approved_by), end.objection ? t("act.object_within", { term: termName(end.objection) }) : ""].filter(Boolean).join(t("mark.semicolon"));

/** What the one who deals with it may ask for besides its moves. */
function holderAsks(m: Matter, flow: Flow): Action[] {
  const found: Action[] = [];
  const tried = choiceField("how", "act.how", choicesOf({ phone: "act.how.phone", visit: "act.how.visit", message: "act.how.message" }));
  found.push(plain("tried", "act.tried", null, [tried], (values) =>
    api.POST("/api/matters/{matter}/tries", { ...write(m.id), body: { how: textOf(values, "how") } }), true));
  if (m.paused_at) {
    found.push(plain("resume", "act.resume", null, [], () => api.POST("/api/matters/{matter}/resume", write(m.id)), true));
  } else if (flow.clock.pause && !m.asked) {
    const fields = [reasonField(flow.clock.pause.reasons), textField("note", "act.note", false)];
    const ask: Sends = (values) =>
      api.POST("/api/matters/{matter}/pause", { ...write(m.id), body: { reason: textOf(values, "reason"), note: textOf(values, "note") } });
    found.push({ ...plain("pause", "act.pause", null, fields, ask, true), note: approval(flow.clock.pause.approved_by) });
  }
  if (m.asked) return found;
  for (const end of Object.values(flow.ends).filter((e) => e.id !== "merged")) {
    const fields = [reasonField(end.reasons), textField("note", "act.note", false)];
    const ask: Sends = (values) =>
      api.POST("/api/matters/{matter}/end", { ...write(m.id), body: { end: end.id, reason: textOf(values, "reason"), note: textOf(values, "note") } });
    found.push({ ...plain(`end-${end.id}`, "act.end", null, fields, ask, true), name: say(end.name), note: endNote(end) });
  }
  return found;
}

export function actionsOf(m: Matter): Action[] {
  const flow = flows.value.get(m.flow);
  if (!flow) return [];
  if (!m.open) return afterwards(m, flow);
  const found = [...decisions(m), ...tasks(m, flow)];
  const holder = holds(m.holder?.id);
  if (!holder && holds(m.offered?.id)) {
    found.push(plain("take", "act.take", "T", [], () => api.POST("/api/matters/{matter}/take", write(m.id))));
  }
  found.push(...moves(m, flow));
  if (!holder && (holds(m.supervisor?.id) || may("supervise", m.flow, m.region))) {
    const press: Sends = (values) => api.POST("/api/matters/{matter}/press", { ...write(m.id), body: { words: textOf(values, "words") } });
    found.push({ ...plain("press", "act.press", "C", [textField("words", "act.press.words", true, 200)], press), preset: { words: t("act.press.preset") } });
  }
  if (holder || may("comment", m.flow, m.region)) {
    const fields = [textField("words", "act.words", true, 2000), mediaField("files", "matter.photos")];
    found.push(plain("reply", "act.reply", "R", fields, (values) => api.POST("/api/matters/{matter}/words", {
      ...write(m.id), body: { words: textOf(values, "words"), files: Array.isArray(values.files) ? values.files.filter((f) => typeof f === "string") : [] },
    })));
  }
  if (flow.category && (holder || may("assign", m.flow, m.region))) {
    const field: Field = { ...choiceField("category", "matter.category", flow.category.list) };
    const set: Sends = (values) => api.POST("/api/matters/{matter}/category", { ...write(m.id), body: { category: textOf(values, "category") } });
    found.push({ ...plain("category", "matter.triage.set", null, [field], set, true), preset: m.category ? { category: m.category } : {} });
  }
  if (holder) found.push(...holderAsks(m, flow));
  found.push(...joins(m, flow));
  return found;
}
