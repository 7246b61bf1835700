// How an action is put together and sent.

import { newKey } from "@/api/client";
import type { Field } from "@/shared/declared";
import { t, type Word } from "@/shared/words";
import type { Values } from "../forms/values";
import type { Action } from "./actions";

export const plain = (id: string, word: Word, key: string | null, fields: Field[], send: Action["send"], more = false): Action => ({
  id, name: t(word), key, fields, choose: "none", first: ["take", "press", "approve", "answer"].includes(id), more, preset: {}, send,
});

/** Sent also while the page is being left; one key however often it is tried. */
export const write = (matter: string) => ({ params: { path: { matter }, header: { "Idempotency-Key": newKey() } }, keepalive: true });
export const textOf = (values: Values, name: string): string => (typeof values[name] === "string" ? values[name] : "");
