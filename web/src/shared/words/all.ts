// Every list there is, for the page where a county changes words. Only that page imports it: no other needs them all.

import * as consoleEn from "./lists/console.en";
import * as consoleZh from "./lists/console.zh";
import * as figuresEn from "./lists/figures.en";
import * as figuresZh from "./lists/figures.zh";
import * as mapEn from "./lists/map.en";
import * as mapZh from "./lists/map.zh";
import * as peopleEn from "./lists/people.en";
import * as peopleZh from "./lists/people.zh";
import * as phoneEn from "./lists/phone.en";
import * as phoneZh from "./lists/phone.zh";
import * as registryEn from "./lists/registry.en";
import * as registryZh from "./lists/registry.zh";
import * as screenEn from "./lists/screen.en";
import * as screenZh from "./lists/screen.zh";
import * as setupEn from "./lists/setup.en";
import * as setupZh from "./lists/setup.zh";
import * as sharedEn from "./lists/shared.en";
import * as sharedZh from "./lists/shared.zh";

/** In the order in which they are shown: what most people see first. */
export const AREAS = {
  phone: { zh: phoneZh.zh, en: phoneEn.en },
  shared: { zh: sharedZh.zh, en: sharedEn.en },
  console: { zh: consoleZh.zh, en: consoleEn.en },
  registry: { zh: registryZh.zh, en: registryEn.en },
  people: { zh: peopleZh.zh, en: peopleEn.en },
  figures: { zh: figuresZh.zh, en: figuresEn.en },
  map: { zh: mapZh.zh, en: mapEn.en },
  screen: { zh: screenZh.zh, en: screenEn.en },
  setup: { zh: setupZh.zh, en: setupEn.en },
} as const;

export type Area = keyof typeof AREAS;

export interface BuiltIn {
  key: string;
  area: Area;
  zh: string;
  en: string;
}

export const BUILT_IN: BuiltIn[] = Object.entries(AREAS).flatMap(([area, { zh, en }]) => {
  const english: Record<string, string> = en;
  return Object.entries(zh).map(([key, text]) => ({ key, area: area as Area, zh: text, en: english[key] ?? "" }));
});
