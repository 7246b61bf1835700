// What this seat may do with a matter now: what the server's answer allows and no more. All of it goes through the outbox, so that it
// is done where there is no network and arrives once.

import { newKey, type Matter } from "@/api/client";
import { flows, formOf, type Field } from "@/shared/declared";
import { holds, me } from "@/shared/session";
import { both, say, t, type Word } from "@/shared/words";
import { give, type Back, type KeptFile } from "../kept/outbox";
import { filled, type Values } from "../parts/fields";

export interface Act {
  id: string;
  name: string;
  fields: Field[];
  choose: "none" | "one" | "many";
  /** May be the filled button. */
  first: boolean;
  send: (values: Values, photos: KeptFile[], chosen: string[], back: Back) => Promise<void>;
}

const words = (name: Word, required: boolean): Field => ({ id: "words", name: both(name), help: null, required: required ? "yes" : "no", min: null, max: 2000, type: "text" });

function sender(m: Matter, name: string, path: string, into: string[], bodyOf: (values: Values, chosen: string[]) => Record<string, unknown>): Act["send"] {
  return (values, photos, chosen, back) =>
    give({ key: newKey(), kind: "act", title: `${name}${t("mark.dot")}${m.title}`, as: me.value?.account ?? null, path: `/api/matters/${m.id}/${path}`, body: bodyOf(values, chosen), files: photos, into, back });
}

const BY_CATEGORY = /^matter\.category\.(\w+) \? (\d+) : (\d+)$/;

/** How many photos a form asks for in this case: a number, or one of two by what the matter's category says of itself. */
function counted(m: Matter, field: Field): Field {
  const rule = typeof field.min === "string" ? BY_CATEGORY.exec(field.min) : null;
  if (field.type !== "media" || !rule) return field;
  const entry = flows.value.get(m.flow)?.category?.list.entries[m.category ?? ""];
  return { ...field, min: Number(entry?.attributes[rule[1] ?? ""] === true ? rule[2] : rule[3]) };
}

function moves(m: Matter): Act[] {
  const step = flows.value.get(m.flow)?.steps[m.step];
  return m.moves.map((shown): Act => {
    const declared = step?.moves[shown.id];
    const fields = Object.values((shown.form ? formOf(step, shown.form) : null)?.fields ?? {}).map((f) => counted(m, f));
    const media = fields.find((f) => f.type === "media")?.id ?? "media";
    const name = say(shown.name);
    const several = declared && typeof declared.to === "object" && "with" in declared.to;
    return {
      id: shown.id, name, fields, choose: shown.choose ? (several ? "many" : "one") : "none",
      first: (declared?.resolves ?? false) || m.moves.length === 1,
      send: sender(m, name, "moves", ["form", media], (values, chosen) => ({
        move: shown.id, step: m.step, form: filled(fields.filter((f) => f.type !== "media"), values), chosen: chosen.map((seat) => ({ seat })),
      })),
    };
  });
}

export function actsOf(m: Matter): Act[] {
  const flow = flows.value.get(m.flow);
  if (!flow || !m.open) return [];
  const found: Act[] = [];
  const plain = (id: string, name: Word, fields: Field[], path: string, bodyOf: (values: Values) => Record<string, unknown>, first = false): Act =>
    ({ id, name: t(name), fields, choose: "none", first, send: sender(m, t(name), path, ["files"], bodyOf) });
  if (m.asked && holds(m.asked.of)) {
    const note: Field = { ...words("task.note", false), id: "note" };
    found.push(plain("approve", "task.approve", [note], "decisions", (v) => ({ yes: true, note: v.note ?? "" }), true));
    found.push(plain("refuse", "task.refuse", [{ ...note, required: "yes" }], "decisions", (v) => ({ yes: false, note: v.note ?? "" })));
  }
  const mine = m.tasks.find((task) => task.state === "open" && holds(task.seat?.id));
  if (mine) {
    const fields = Object.values(flow.steps[mine.step]?.each?.form?.fields ?? {});
    found.push(plain("opinion", "task.opinion", fields, "answers", (v) => ({ form: filled(fields, v) }), true));
  }
  const holder = holds(m.holder?.id);
  if (!holder && holds(m.offered?.id)) found.push(plain("take", "task.take", [], "take", () => ({}), true));
  found.push(...moves(m));
  if (holder || holds(m.offered?.id)) {
    const media: Field = { id: "files", name: both("photo.label"), help: null, required: "no", min: null, max: 3, type: "media", series: [] };
    found.push(plain("words", "task.words", [words("task.words", true), media], "words", (v) => ({ words: v.words ?? "" })));
  }
  // One filled button a view.
  const first = found.findIndex((a) => a.first);
  return found.map((a, i) => ({ ...a, first: i === first })).sort((a, b) => Number(b.first) - Number(a.first));
}
