// WeChat's own sign-in: once somebody has signed in by phone inside the mini-program and asked for it, he is signed in when he
// opens it; and the messages that he accepted there, one for each acceptance.

import { shallowRef } from "vue";
import { api, body, newKey, type Schemas } from "@/api/client";
import { me } from "@/shared/session";
import { come } from "./coming";
import { arrival, askSubscription, inShell } from "./shell";

/** Whoever signed out himself is not signed in again by opening it. */
const OUT = "shuxiang.wechat.out";

/** With which the next sign-in by phone links this WeChat; null: outside the mini-program, or linked already. */
export const ticket = shallowRef<string | null>(null);
export const link = shallowRef<Schemas["MyWeChat"] | null>(null);

async function loadLink(): Promise<void> {
  link.value = me.value ? await body(api.GET("/api/me/wechat")).catch(() => null) : null;
}

/** After it is known who is signed in, with what the shell handed over. */
export async function enterFromShell(): Promise<void> {
  const { code, accepted } = arrival;
  if (!inShell()) return;
  await loadLink();
  if (accepted.length > 0 && me.value) {
    await api.POST("/api/me/wechat/acceptances", { headers: { "Idempotency-Key": newKey() }, body: { templates: accepted } }).catch(() => undefined);
  }
  if (!code || link.value?.linked || (me.value && !link.value?.on)) return;
  const left = localStorage.getItem(OUT) !== null;
  if (!me.value && left) return;
  const answer = await body(api.POST("/api/session/by-wechat", { body: { code } })).catch(() => null);
  ticket.value = answer?.ticket ?? null;
  if (answer?.session) {
    await come();
    await loadLink();
  }
}

/** Signed in by phone: from here on opening it signs in again. */
export async function entered(): Promise<void> {
  localStorage.removeItem(OUT);
  ticket.value = null;
  if (inShell()) await loadLink();
}

export const wentOut = (): void => (inShell() ? localStorage.setItem(OUT, "1") : undefined);

export async function linkNow(): Promise<void> {
  if (!ticket.value) return;
  await api.POST("/api/me/wechat", { headers: { "Idempotency-Key": newKey() }, body: { ticket: ticket.value } });
  ticket.value = null;
  await loadLink();
}

export async function unlink(): Promise<void> {
  await api.DELETE("/api/me/wechat", { headers: { "Idempotency-Key": newKey() } });
  await loadLink();
}

/** At submission, and only there: may WeChat tell of what becomes of it? The answer comes back with `path`. */
export function askAtSubmission(path: string): void {
  if (me.value && link.value?.linked) askSubscription(link.value.templates, path);
}
