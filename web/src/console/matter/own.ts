// Forms of the engine's own verbs, declared like those of packs so that one renderer draws both.

import type { Choices, Field } from "@/shared/declared";
import { both, type Word } from "@/shared/words";

const common = { help: null, min: null, max: null } as const;

export const textField = (id: string, name: Word, required: boolean, max = 500): Field => ({
  ...common, id, name: both(name), type: "text", required: required ? "yes" : "no", max,
});

export const choiceField = (id: string, name: Word, of: Choices): Field => ({
  ...common, id, name: both(name), type: "choice", of, many: false, required: "yes",
});

/** One of the declared reasons; in one's own words where none are. */
export const reasonField = (reasons: Choices | null | undefined): Field =>
  reasons ? choiceField("reason", "act.reason", reasons) : textField("reason", "act.reason", true);

export const mediaField = (id: string, name: Word): Field => ({ ...common, id, name: both(name), type: "media", series: [], required: "no", max: 9 });

export const choicesOf = (words: Record<string, Word>): Choices => ({
  pack: "", id: "", attributes: {},
  entries: Object.fromEntries(Object.entries(words).map(([code, word]) => [code, { code, name: both(word), deprecated: false, attributes: {} }])),
});
