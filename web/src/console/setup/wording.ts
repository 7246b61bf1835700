// What someone has written on the page of words and not yet sent: one line a word and language.

import { computed, ref } from "vue";
import { api, newKey } from "@/api/client";
import type { Refusal } from "@/api/problem";
import type { BuiltIn } from "@/shared/words/all";
import { loadOwnWords } from "@/shared/words/own";
import { own, t, type Lang } from "@/shared/words";

export const LANGS: readonly Lang[] = ["zh", "en"];

interface Line {
  word: BuiltIn;
  lang: Lang;
  text: string;
  /** The county's own text when the writing began: someone else may change it meanwhile. */
  base: string;
}

const id = (word: BuiltIn, lang: Lang): string => `${lang} ${word.key}`;
const kept = (word: BuiltIn, lang: Lang): string => own.value[lang][word.key] ?? "";
const blanks = (text: string): Set<string> => new Set(text.match(/\{\w+\}/g) ?? []);
/** What is sent: nothing, and what the built-in list says anyway, are no text of the county's own. */
const meant = (line: Line): string => (line.text.trim() === line.word[line.lang] ? "" : line.text.trim());

const lines = ref(new Map<string, Line>());
/** What the server said to a line when it was last sent. */
const told = ref(new Map<string, string>());

export const changed = computed(() => [...lines.value.values()].filter((line) => meant(line) !== kept(line.word, line.lang)));
export const wrong = computed(() => changed.value.filter((line) => fault(line.word, line.lang)));

export const written = (word: BuiltIn, lang: Lang): string => lines.value.get(id(word, lang))?.text ?? kept(word, lang);

export function write(word: BuiltIn, lang: Lang, text: string): void {
  const was = lines.value.get(id(word, lang));
  lines.value.set(id(word, lang), { word, lang, text, base: was?.base ?? kept(word, lang) });
  told.value.delete(id(word, lang));
}

/** What is wrong with a line: blanks that are lost or that nothing fills; then what the server said. */
export function fault(word: BuiltIn, lang: Lang): string {
  const line = lines.value.get(id(word, lang));
  const text = line ? meant(line) : kept(word, lang);
  if (!text) return "";
  const [asked, here] = [blanks(word[lang]), blanks(text)];
  const lost = [...asked].filter((b) => !here.has(b));
  if (lost.length > 0) return t("words.blanks.lost", { names: lost.join(" ") });
  const extra = [...here].filter((b) => !asked.has(b));
  if (extra.length > 0) return t("words.blanks.extra", { names: extra.join(" ") });
  return told.value.get(id(word, lang)) ?? "";
}

/** What someone else has made of the line since its writing began. */
export function others(word: BuiltIn, lang: Lang): string {
  const line = lines.value.get(id(word, lang));
  const now = kept(word, lang);
  if (!line || line.base === now || meant(line) === now) return "";
  return now ? t("words.others", { text: now }) : t("words.others.back");
}

export function drop(): void {
  lines.value = new Map();
  told.value = new Map();
}

/** Sends what was changed and nothing else, so that others' changes stay. Throws what the server refused. */
export async function send(): Promise<void> {
  const changes = changed.value.map((line) => ({ lang: line.lang, key: line.word.key, text: meant(line) || null }));
  await api.PUT("/api/words", { headers: { "Idempotency-Key": newKey() }, body: { changes } });
  // What was sent stands there now, also where asking for it fails.
  const laid = { zh: { ...own.value.zh }, en: { ...own.value.en } };
  for (const { lang, key, text } of changes) {
    if (text) laid[lang][key] = text;
    else delete laid[lang][key];
  }
  own.value = laid;
  drop();
  await loadOwnWords().catch(() => undefined);
}

/** Puts what the server said to the lines it names; false where it names none. */
export function tell(refusal: Refusal): boolean {
  const named = new Set(refusal.detail.split(/[^a-z_.0-9]+/));
  const meantLines = changed.value.filter((line) => named.has(line.word.key));
  for (const line of meantLines) told.value.set(id(line.word, line.lang), refusal.detail);
  return meantLines.length > 0;
}
