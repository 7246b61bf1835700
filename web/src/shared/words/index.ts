// All texts of all pages, in one list a language; `zh.ts` says which there are.

import { ref, shallowRef, watchEffect } from "vue";
import { en } from "./en";
import { zh } from "./zh";

export type Lang = "zh" | "en";
export type Word = keyof typeof zh;
export type WordList = Record<Word, string>;

const KEPT = "shuxiang.lang";

export const lang = ref<Lang>(localStorage.getItem(KEPT) === "en" ? "en" : "zh");
const lists = shallowRef<Record<Lang, WordList>>({ zh, en });

watchEffect(() => {
  document.documentElement.lang = lang.value === "zh" ? "zh-CN" : "en";
  localStorage.setItem(KEPT, lang.value);
});

/** The text of a word, with `{name}` replaced by what is given. */
export function t(word: Word, given: Record<string, string | number> = {}): string {
  return lists.value[lang.value][word].replace(/\{(\w+)\}/g, (whole, name: string) => String(given[name] ?? whole));
}

/** A text that comes in both languages, such as a pack's names. */
export function say(words: { zh: string; en: string } | null | undefined): string {
  return words ? words[lang.value] || words.zh : "";
}

/** A word put together from a code; none where the list does not know it. */
export function known(name: string): Word | null {
  return name in zh ? (name as Word) : null;
}

/** A word in both languages, where a declaration of our own stands beside those of packs. */
export function both(word: Word): { zh: string; en: string } {
  return { zh: lists.value.zh[word], en: lists.value.en[word] };
}
