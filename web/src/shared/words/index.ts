// All texts of all pages. `lists/` holds one list an area and language; a page's area learns its own before the page is drawn
// (`import "@/shared/words/console"`), so that the phone does not carry the console's. A county's own words go over them, from the server.

import { ref, shallowRef, watchEffect } from "vue";
import type { zh as consoleList } from "./lists/console.zh";
import type { zh as figuresList } from "./lists/figures.zh";
import type { zh as mapList } from "./lists/map.zh";
import type { zh as peopleList } from "./lists/people.zh";
import type { zh as phoneList } from "./lists/phone.zh";
import type { zh as registryList } from "./lists/registry.zh";
import type { zh as setupList } from "./lists/setup.zh";
import type { zh as screenList } from "./lists/screen.zh";
import { en } from "./lists/shared.en";
import { zh } from "./lists/shared.zh";

export type Lang = "zh" | "en";
export type Word =
  | keyof typeof zh
  | keyof typeof consoleList
  | keyof typeof figuresList
  | keyof typeof mapList
  | keyof typeof peopleList
  | keyof typeof phoneList
  | keyof typeof registryList
  | keyof typeof screenList
  | keyof typeof setupList;
type List = Partial<Record<Word, string>>;

const KEPT = "shuxiang.lang";

export const lang = ref<Lang>(localStorage.getItem(KEPT) === "en" ? "en" : "zh");
const lists = shallowRef<Record<Lang, List>>({ zh, en });
/** What this county says otherwise; `own.ts` brings it. Keys that no list holds are never asked for. */
export const own = shallowRef<Record<Lang, Readonly<Record<string, string>>>>({ zh: {}, en: {} });

watchEffect(() => {
  document.documentElement.lang = lang.value === "zh" ? "zh-CN" : "en";
  localStorage.setItem(KEPT, lang.value);
});

/** Adds an area's lists. */
export function learn(area: { zh: List; en: List }): void {
  lists.value = { zh: { ...lists.value.zh, ...area.zh }, en: { ...lists.value.en, ...area.en } };
}

const text = (language: Lang, word: Word): string => own.value[language][word] ?? lists.value[language][word] ?? word;

/** The text of a word, with `{name}` replaced by what is given. */
export function t(word: Word, given: Record<string, string | number> = {}): string {
  return text(lang.value, word).replace(/\{(\w+)\}/g, (whole, name: string) => String(given[name] ?? whole));
}

/** A text that comes in both languages, such as a pack's names. */
export function say(words: { zh: string; en: string } | null | undefined): string {
  return words ? words[lang.value] || words.zh : "";
}

/** A word put together from a code; none where the lists do not know it. */
export function known(name: string): Word | null {
  return name in lists.value.zh ? (name as Word) : null;
}

/** A word in both languages, where a declaration of our own stands beside those of packs. Read when it is shown: words change meanwhile. */
export function both(word: Word): { zh: string; en: string } {
  return {
    get zh() { return text("zh", word); },
    get en() { return text("en", word); },
  };
}
