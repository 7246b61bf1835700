// My own matters, with as much of each as a card shows; kept for where there is no network.

import { api, body, type Listed, type Matter } from "@/api/client";
import { copied, askOrKept } from "../kept/copies";
import { me } from "@/shared/session";

const MOST = 50;
const DETAILS = 4;

export const matter = (id: string): Promise<Matter> => body(api.GET("/api/matters/{matter}", { params: { path: { matter: id } } }));

export interface Mine { items: Listed[]; details: Record<string, Matter> }

/** What she sent: a list by deadline shows the open ones first, and the first of these whole. */
export const mine = () =>
  copied<Mine>(() => `mine.${me.value?.account ?? ""}`, async () => {
    const query: { open?: boolean; most: number } = { most: MOST };
    const { items } = await body(api.GET("/api/matters", { params: { query } }));
    const sorted = [...items].sort((a, b) => Number(b.open) - Number(a.open) || Date.parse(b.received_at) - Date.parse(a.received_at));
    const whole = await Promise.all(sorted.slice(0, DETAILS).map((m) => askOrKept(`matter.${m.id}`, () => matter(m.id))));
    return { items: sorted, details: Object.fromEntries(whole.map(({ value }) => [value.id, value])) };
  });

/** The latest answer that she was given, in the words of who gave it. */
export function answerOf(m: Matter): string {
  const forms = m.forms as Record<string, Record<string, unknown>>;
  for (const form of Object.values(forms).reverse()) if (typeof form.answer === "string") return form.answer;
  return "";
}
