// What may be asked of a matter besides its flow's own moves: merged, linked, objected to, revisited.

import { api, type Matter } from "@/api/client";
import type { Field, Flow } from "@/shared/declared";
import { may } from "@/shared/session";
import { both, t } from "@/shared/words";
import type { Action } from "./actions";
import { whoName } from "../who";
import { choiceField, choicesOf, textField } from "./own";
import { plain, textOf, write } from "./send";

/** Two that are one, or belong together: who may merge or link names the other. */
export function joins(m: Matter, flow: Flow): Action[] {
  const found: Action[] = [];
  const merged = Object.values(flow.ends).find((e) => e.kind === "merged");
  if (m.open && !m.asked && merged && may("merge", m.flow, m.region)) {
    found.push({
      ...plain("merge", "act.merge", null, [], (values) =>
        api.POST("/api/matters/{matter}/merge", { ...write(m.id), body: { into: textOf(values, "matter") } }), true),
      choose: "matter",
      note: t(merged.approved_by ? "act.approval" : "act.no_approval", { who: whoName(merged.approved_by) }),
    });
  }
  if (m.open && may("link", m.flow, m.region)) {
    const same = choiceField("same", "act.link.how", choicesOf({ related: "act.link.related", same: "act.link.same" }));
    found.push({
      ...plain("link", "act.link", null, [same], (values) =>
        api.POST("/api/matters/{matter}/links", { ...write(m.id), body: { other: textOf(values, "matter"), same: values.same === "same" } }), true),
      choose: "matter",
      preset: { same: "related" },
    });
  }
  return found;
}

const pleased: Field = { id: "pleased", name: both("act.pleased"), help: null, required: "no", min: null, max: null, type: "scale", of: 5 };

/** After it was ended: she objects through who wrote it down for her; she is called where she had said nothing. */
export function afterwards(m: Matter, flow: Flow): Action[] {
  if (m.open) return [];
  const found: Action[] = [];
  if (m.ended_as && flow.ends[m.ended_as]?.objection && may("open", m.flow, m.region)) {
    found.push(plain("object", "act.object", null, [textField("words", "act.object.words", true, 2000)], (values) =>
      api.POST("/api/matters/{matter}/objections", { ...write(m.id), body: { words: textOf(values, "words") } })));
  }
  if (m.ended_as === "unanswered" && !m.solved && may("confirm", m.flow, m.region)) {
    const solved = choiceField("solved", "act.solved", choicesOf({ solved: "solved.solved", partly: "solved.partly", unsolved: "solved.unsolved" }));
    const fields = [solved, pleased, textField("words", "act.revisit.words", false, 2000)];
    found.push({
      ...plain("revisit", "act.revisit", null, fields, (values) => api.POST("/api/matters/{matter}/revisit", {
        ...write(m.id),
        body: { solved: textOf(values, "solved"), pleased: typeof values.pleased === "number" ? values.pleased : null, words: textOf(values, "words") },
      })),
      first: true,
      name: t("act.revisit"),
    });
  }
  return found;
}
